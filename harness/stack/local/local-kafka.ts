import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unavailable } from '../../errors.ts';
import { kafkaHeapMiB, kafkaSettings, listenerSettings, type KafkaPorts } from '../kafka-settings.ts';
import type { LocalProgram } from './local-server.ts';
import type { Java } from '../tools/on-path.ts';

const logSettings = fileURLToPath(new URL('./log4j2.properties', import.meta.url));

/** What a local Kafka is started from. */
export interface KafkaInstallation {
  readonly java: Java;
  readonly jars: readonly string[];
  /** The metadata of a formatted, empty storage folder (`bootstrap.checkpoint`). */
  readonly checkpoint: string;
  /** Classes as this Java last loaded them: halves the start time. Undefined if it could not be created. */
  readonly classArchive: string | undefined;
}

/** Where a broker keeps its data: `log` may be a volume of limited size, `metadata` never is. */
export interface KafkaStorage {
  readonly metadata: string;
  readonly log: string;
}

/** `server.properties` of a broker on loopback. */
export function serverProperties({ metadata, log }: KafkaStorage, ports: KafkaPorts): string {
  const settings: Record<string, string | number> = {
    ...kafkaSettings,
    ...listenerSettings('127.0.0.1', ports),
    'log.dirs': log,
    'metadata.log.dir': metadata,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${escaped(String(value))}\n`)
    .join('');
}

/** Java reads properties as Latin-1, and a backslash as an escape. */
const escaped = (value: string): string =>
  value.replaceAll(/[^ -[\]-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Without a matching locale, Java finds no path with non-ASCII letters. */
export const javaLocale = { LC_ALL: 'C.UTF-8' };

/** Relative to the broker's folder: the checkout's path may contain a list separator. */
const ownLogSettings = 'toofan-log4j2.properties';

/**
 * A broker with an empty storage in `folder`, its log on `volume` if one is named. Formatted by hand, as `kafka-storage format`
 * does it: that tool takes a second JVM and two seconds.
 */
export async function localKafka(
  { java, jars, checkpoint, classArchive }: KafkaInstallation,
  folder: string,
  ports: KafkaPorts,
  { volume, javaOptions = [] }: { readonly volume?: string; readonly javaOptions?: readonly string[] } = {},
): Promise<LocalProgram> {
  if (folder.includes(','))
    throw unavailable(`Kafka cannot keep its log in ${folder} because of its ',': set TMPDIR to a folder without one`);
  const metadata = join(folder, 'data');
  const storage = { metadata, log: volume === undefined ? metadata : join(volume, 'data') };
  const cluster = kafkaId();
  for (const directory of new Set([storage.metadata, storage.log])) {
    await mkdir(directory, { recursive: true });
    const meta = `version=1\nnode.id=1\ncluster.id=${cluster}\ndirectory.id=${kafkaId()}\n`;
    await writeFile(join(directory, 'meta.properties'), meta);
  }
  await copyFile(checkpoint, join(metadata, 'bootstrap.checkpoint'));
  const propertiesFile = join(folder, 'server.properties');
  await writeFile(propertiesFile, serverProperties(storage, ports));
  await copyFile(logSettings, join(folder, ownLogSettings));
  return {
    name: 'kafka',
    command: java.path,
    args: [
      `-Xms${kafkaHeapMiB / 2}m`,
      `-Xmx${kafkaHeapMiB}m`,
      // As in Kafka's own start script.
      '-XX:+UseG1GC',
      '-XX:MaxGCPauseMillis=20',
      '-XX:InitiatingHeapOccupancyPercent=35',
      '-Djava.awt.headless=true',
      // A file in /tmp that a killed JVM would leave behind.
      '-XX:-UsePerfData',
      `-Djava.io.tmpdir=${folder}`,
      ...(classArchive === undefined ? [] : [`-XX:SharedArchiveFile=${classArchive}`]),
      ...javaOptions,
      `-Dlog4j2.configurationFile=${ownLogSettings}`,
      '-cp',
      jars.join(delimiter),
      'kafka.Kafka',
      propertiesFile,
    ],
    folder,
    env: javaLocale,
    readyLine: /Kafka Server started/,
    stopSignal: 'SIGTERM',
  };
}

/** 16 random bytes in Kafka's id format; never with a leading dash, which its tools take for an option. */
function kafkaId(): string {
  return `T${randomBytes(16).toString('base64url').slice(1)}`;
}
