import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import { exists } from '../tools/cache-folder.ts';
import { fetchJars, jarFolder } from '../tools/kafka-jars.ts';
import { javaLocale, localKafka, serverProperties, type KafkaInstallation } from './local-kafka.ts';
import { LocalServer } from './local-server.ts';
import { freePorts } from '../ports.ts';
import { findJava, installJava, leastJava, type Java } from '../tools/on-path.ts';

/**
 * Finds or fetches everything that a local Kafka needs. `progress` gets a line now and then while something is fetched or built.
 */
export async function installKafka(session: Session, progress: (line: string) => void): Promise<KafkaInstallation> {
  const java = await requireJava();
  const wanted = await jarFolder();
  if (wanted.includes(delimiter))
    throw unavailable(
      `Java's class path cannot contain ${wanted} because of its '${delimiter}': set XDG_CACHE_HOME to a folder without one`,
    );
  const folder = await fetchJars(session, progress);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jar')).toSorted();
  const jars = names.map((name) => join(folder, name));
  const checkpoint = join(folder, 'bootstrap.checkpoint');
  const archive = join(folder, `classes-${digest(java.version)}.jsa`);
  const scratch = join(session.folder, 'kafka-preparation');
  const formatted = (await exists(checkpoint))
    ? checkpoint
    : await place(session, await formatStorage(session, java, jars, scratch), checkpoint);
  const installation = { java, jars, checkpoint: formatted };
  if (await exists(archive)) return { ...installation, classArchive: archive };
  progress('preparing Kafka for this Java (once)');
  const made = await trainClassArchive(session, { ...installation, classArchive: undefined }, scratch);
  return { ...installation, classArchive: made === undefined ? undefined : await place(session, made, archive) };
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

async function requireJava(): Promise<Java> {
  const java = await findJava();
  const why = `the local stack needs Java ${leastJava} or later for Kafka`;
  if (java === undefined) throw unavailable(`Java is not installed: ${why}. Install it: ${installJava()}`);
  if (java.major < leastJava) {
    throw unavailable(`${java.path} is Java ${java.major}: ${why}. Install it: ${installJava()}`);
  }
  return java;
}

/** Lets Kafka's own tool format a storage folder, and returns the metadata file in it; it contains no port and no id. */
async function formatStorage(session: Session, java: Java, jars: readonly string[], scratch: string): Promise<string> {
  const storage = join(scratch, 'formatted');
  const propertiesFile = join(scratch, 'format.properties');
  await mkdir(storage, { recursive: true });
  await writeFile(
    propertiesFile,
    serverProperties({ metadata: storage, log: storage }, { broker: 9092, controller: 9093 }),
  );
  const child = session.spawn(
    java.path,
    [
      '-cp',
      jars.join(delimiter),
      'kafka.tools.StorageTool',
      'format',
      '-t',
      'MkU3OEVBNTcwNTJENDM2Qg',
      '-c',
      propertiesFile,
    ],
    { cwd: scratch, env: javaLocale, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw unavailable(`Kafka could not format its storage (exit code ${code}):\n${errors}`);
  return join(storage, 'bootstrap.checkpoint');
}

/**
 * One start and orderly stop of a broker, from which Java archives the classes it loaded. Undefined if this Java cannot: then the
 * broker starts without the archive, in twice the time.
 */
async function trainClassArchive(
  session: Session,
  installation: KafkaInstallation,
  scratch: string,
): Promise<string | undefined> {
  const archive = join(scratch, 'classes.jsa');
  const [broker = 0, controller = 0] = await freePorts(2);
  const javaOptions = [`-XX:ArchiveClassesAtExit=${archive}`];
  const program = await localKafka(installation, join(scratch, 'training'), { broker, controller }, { javaOptions });
  const server = new LocalServer(session, { ...program, name: 'kafka-preparation' });
  await server.start();
  await server.stop();
  return (await exists(archive)) ? archive : undefined;
}

/**
 * Copies a file atomically to its place in the cache; resolves to its path. If the cache is read-only (part of an image, say), it
 * stays where it was built, for the session.
 */
async function place(session: Session, from: string, to: string): Promise<string> {
  const unfinished = `${to}.${session.id}`;
  try {
    await copyFile(from, unfinished);
    await rename(unfinished, to);
    return to;
  } catch {
    return from;
  } finally {
    await rm(unfinished, { force: true }).catch(() => undefined);
  }
}
