import type { ToofanConfig } from '../config.ts';
import { findCompose } from '../stack/containers/compose.ts';
import { findEngine, type EngineState } from '../stack/containers/find-engine.ts';
import { presentImages, imagesOf } from '../stack/containers/images.ts';
import { k6Image } from '../load/drivers/k6/find-k6.ts';
import { faultsThatNeed } from '../faults/registry.ts';
import { findGoProgram, type GoProgram, installGoProgram, k6, toxiproxy } from '../stack/tools/go-program.ts';
import { exists } from '../stack/tools/cache-folder.ts';
import { jarFolder } from '../stack/tools/kafka-jars.ts';
import { postgresVersion } from '../stack/local/local-postgres.ts';
import {
  findJava,
  installCommand,
  installCompose,
  installDocker,
  installJava,
  installMaven,
  leastJava,
  onPath,
} from '../stack/tools/on-path.ts';

import type { Finding } from '../report/doctor.ts';
import { coresFinding, diskFinding, memoryFinding, nodeFinding, ok, volumeFinding } from './machine-findings.ts';

/** Checks everything that a drill needs of this machine; starts and fetches nothing. */
export async function examine(config: ToofanConfig = {}): Promise<Finding[]> {
  const engine = await findEngine();
  const [images, java, maven, redis, jars, disk, ...packages] = await Promise.all([
    imageFindings(engine, config),
    javaFinding(engine),
    mavenFinding(engine),
    redisFinding(),
    jarsFinding(engine),
    diskFinding(),
    postgresFinding(),
    packageFinding('@duckdb/node-api', 'DuckDB', 'histories cannot be written or judged'),
  ]);
  return [
    nodeFinding(),
    engineFinding(engine),
    await composeFinding(),
    ...images,
    java,
    maven,
    jars,
    redis,
    ...packages,
    await goProgramFinding(toxiproxy, 'a scenario needs it', `no faults ${faultsThatNeed('proxies').join(', ')}`),
    await k6Finding(engine, config),
    volumeFinding(),
    disk,
    memoryFinding(),
    coresFinding(),
  ];
}

/** A part that only one kind of stack needs is certainly missing if the other kind is unavailable. */
const unlessContainers = (engine: EngineState): 'missing' | 'warning' =>
  engine.state === 'answers' ? 'warning' : 'missing';

function engineFinding(engine: EngineState): Finding {
  const name = 'Docker engine';
  if (engine.state === 'answers') return ok(name, `${engine.version} at ${engine.address}`);
  const cost = `${engine.why}: no container stack, the local stack is used`;
  if (engine.state === 'forbidden') {
    return {
      name,
      status: 'warning',
      found: `at ${engine.address}, permission denied`,
      cost,
      mend: 'sudo usermod -aG docker "$USER" && newgrp docker',
    };
  }
  return { name, status: 'warning', found: '', cost, mend: installDocker() };
}

async function composeFinding(): Promise<Finding> {
  const name = 'Docker Compose';
  const found = await findCompose();
  if (found !== undefined) return ok(name, `${found.version} (${found.command.join(' ')})`);
  return { name, status: 'warning', found: '', cost: 'no `toofan up`; drills do not need it', mend: installCompose() };
}

async function imageFindings(engine: EngineState, config: ToofanConfig): Promise<Finding[]> {
  if (engine.state !== 'answers') return [];
  const images = Object.values(imagesOf(config));
  const present = await presentImages(engine.engine, images).catch(() => new Set<string>());
  return images.map((image) =>
    present.has(image)
      ? ok(`image ${image}`, 'there')
      : {
          name: `image ${image}`,
          status: 'warning',
          found: '',
          cost: 'pulled at the first start',
          mend: `docker pull ${image}`,
        },
  );
}

async function javaFinding(engine: EngineState): Promise<Finding> {
  const java = await findJava();
  const found = java === undefined ? '' : `${java.version.split('\n')[0]} (${java.path})`;
  if (java !== undefined && java.major >= leastJava) return ok('Java', found);
  return {
    name: 'Java',
    status: unlessContainers(engine),
    found,
    cost: `no local stack: Kafka needs Java ${leastJava} or later`,
    mend: installJava(),
  };
}

async function mavenFinding(engine: EngineState): Promise<Finding> {
  const maven = await onPath('mvn');
  if (maven !== undefined) return ok('Maven', maven);
  const folder = await jarFolder().catch(() => undefined);
  const fetched = folder !== undefined && (await exists(folder));
  const cost = fetched ? 'none: Kafka is already fetched' : 'no local stack: Kafka cannot be fetched';
  return {
    name: 'Maven',
    status: fetched ? 'warning' : unlessContainers(engine),
    found: '',
    cost,
    mend: installMaven(),
  };
}

async function jarsFinding(engine: EngineState): Promise<Finding> {
  const name = 'Kafka for the local stack';
  const folder = await jarFolder().catch((error: Error) => error);
  if (folder instanceof Error)
    return {
      name,
      status: unlessContainers(engine),
      found: '',
      cost: folder.message,
      mend: 'export XDG_CACHE_HOME=<a folder>',
    };
  if (await exists(folder)) return ok(name, folder);
  const cost =
    engine.state === 'answers' ? 'none while containers are used' : 'the first start downloads 67 MB (about 15 s)';
  return { name, status: 'warning', found: '', cost, mend: 'npx toofan run smoke --stack local' };
}

async function redisFinding(): Promise<Finding> {
  const redis = await onPath('redis-server');
  if (redis !== undefined) return ok('Redis', redis);
  const mend = installCommand({ debian: 'redis-server', fedora: 'redis', brew: 'redis' });
  return {
    name: 'Redis',
    status: 'warning',
    found: '',
    cost: 'the local stack uses Redis 6.2 from Maven Central',
    mend,
  };
}

async function postgresFinding(): Promise<Finding> {
  const name = 'Postgres of the local stack';
  try {
    return ok(name, await postgresVersion());
  } catch (error) {
    // Its message already says how to fix it.
    const [found = '', mend = ''] = (error instanceof Error ? error.message : String(error)).split(' Run: ');
    return { name, status: 'missing', found: '', cost: `no local stack: ${found}`, mend };
  }
}

async function packageFinding(module: string, name: string, cost: string): Promise<Finding> {
  const loaded = await import(module).then(
    () => true,
    () => false,
  );
  return loaded ? ok(name, module) : { name, status: 'missing', found: '', cost, mend: 'npm ci --include=optional' };
}

async function goProgramFinding(program: GoProgram, use: string, cost: string): Promise<Finding> {
  const { title } = program;
  const found = await findGoProgram(program).catch(() => undefined);
  if (found !== undefined) return ok(title, found);
  if ((await onPath('go')) !== undefined) return ok(title, `built with Go when ${use}`);
  return { name: title, status: 'warning', found: '', cost, mend: installGoProgram(program) };
}

async function k6Finding(engine: EngineState, config: ToofanConfig): Promise<Finding> {
  const cost = 'no scenarios with HTTP shoppers';
  const found = await goProgramFinding(k6, 'a scenario has HTTP shoppers', cost);
  const image = k6Image(config);
  if (engine.state !== 'answers' || (await findGoProgram(k6).catch(() => undefined)) !== undefined) return found;
  const present = await presentImages(engine.engine, [image]).catch(() => new Set<string>());
  if (present.has(image)) return ok(k6.title, `image ${image}`);
  return found.status === 'ok' ? found : { ...found, mend: `docker pull ${image}` };
}
