import { join } from 'node:path';
import { GenericContainer, type WaitStrategy } from 'testcontainers';
import { labelName } from '../../session/clean.ts';
import { removeLabelled, type ContainerEngine } from '../../session/container-engine.ts';
import type { Session } from '../../session/session.ts';
import { askKafka, askPostgres, askRedis } from '../answers.ts';
import { ContainerServer } from './container-server.ts';
import { type EngineState, requireNoOtherEngine } from './find-engine.ts';
import type { Images } from './images.ts';
import { prepareFaultTools } from '../tools/fault-tools.ts';
import { asEnvironment, kafkaHeapMiB, kafkaSettings, listenerSettings } from '../kafka-settings.ts';
import {
  allOrFirstFailure,
  kafkaPorts,
  kafkaVersionOf,
  loopback,
  makeDatabase,
  planStack,
  type RunningStores,
  type StackPlan,
} from '../stack-plan.ts';
import { postgresSettings, superuser } from '../postgres-settings.ts';
import { orSilentStores } from '../silent-stores.ts';
import type { PostgresNeed, RedisAddress, StackNeeds, StackPart } from '../stack.ts';

const removeWithinMs = 30_000;
const controllerPort = 9093;
const postgresPort = 5432;
const redisPort = 6379;

/** Starts Kafka, a Postgres for each name and Redis as containers, all at once, from images that the engine has. */
export async function startContainers(
  session: Session,
  { engine, address }: Extract<EngineState, { state: 'answers' }>,
  images: Images,
  needs: StackNeeds,
  progress: (line: string) => void,
): Promise<RunningStores> {
  const faultTools = await prepareFaultTools(session, needs, progress);
  await requireNoOtherEngine();
  session.usesEngine(engine);
  // Testcontainers finds an engine by itself; it must be the one that the janitor knows.
  process.env.DOCKER_HOST = address;
  const plan = await planStack(needs);
  const { direct, forTarget } = plan;
  const parts = new Map<string, StackPart>();
  const start = async (name: string, container: StoreContainer, ask: () => Promise<unknown>): Promise<void> => {
    const part = await container.withLabels(session.label).make(name, engine, ask);
    parts.set(name, part);
    await part.start();
  };
  const postgres = Object.entries(needs.postgres).map(async ([name, need]) => {
    const [at, targetAt] = [direct.postgres[name], forTarget.postgres[name]];
    if (at === undefined || targetAt === undefined) throw new Error(`no address was planned for Postgres "${name}"`);
    const server = { ...at, database: 'postgres' };
    await start(`postgres:${name}`, postgresContainer(images.postgres, need, at), () => askPostgres(server));
    await makeDatabase(at, targetAt);
  });
  const redisAt = direct.redis;
  const redis =
    redisAt === undefined ? [] : [start('redis', redisContainer(images.redis, redisAt), () => askRedis(redisAt))];
  const end = async (): Promise<void> => {
    await removeLabelled(engine, [`${labelName}=${session.id}`], removeWithinMs);
  };
  let proxies: RunningStores['proxies'];
  try {
    await allOrFirstFailure([
      start('kafka', kafkaContainer(images.kafka, plan, faultTools.logVolume), () => askKafka(direct.kafka)),
      ...postgres,
      ...redis,
    ]);
    proxies = await faultTools.startProxies(plan);
  } catch (error) {
    const failure = await orSilentStores(error, direct);
    await end();
    throw failure;
  }
  const kafkaVersion = await kafkaVersionOf(parts.get('kafka'));
  return { parts, proxies, logVolume: faultTools.logVolume, direct, forTarget, kafkaVersion, end };
}

/** Readiness is checked over the stores' own protocols, the same way at the first start and at every later one. */
const ready: WaitStrategy = {
  waitUntilReady: () => Promise.resolve(),
  withStartupTimeout: () => ready,
  isStartupTimeoutSet: () => false,
  getStartupTimeout: () => 0,
};

/** A container whose ports are open to this machine only, and that our own janitor removes. */
class StoreContainer extends GenericContainer {
  #id: string | undefined;

  constructor(image: string) {
    super(image);
    this.withAutoCleanup(false).withWaitStrategy(ready);
  }

  /** Creates and starts it; it need not answer yet. */
  async make(name: string, engine: ContainerEngine, ask: () => Promise<unknown>): Promise<ContainerServer> {
    try {
      await this.start();
    } catch (error) {
      // A container that exits at once has no ports to wait for; its exit, and its log, say more.
      if (this.#id === undefined) throw error;
    }
    if (this.#id === undefined) throw new Error(`the container of ${name} was never made`);
    return new ContainerServer(name, engine, this.#id, ask);
  }

  protected override beforeContainerCreated(): Promise<void> {
    const bindings = Object.values<{ HostIp?: string }[]>(this.hostConfig.PortBindings ?? {});
    for (const binding of bindings.flat()) binding.HostIp = loopback;
    return Promise.resolve();
  }

  protected override containerCreated(id: string): Promise<void> {
    this.#id = id;
    return Promise.resolve();
  }
}

function kafkaContainer(image: string, plan: StackPlan, volume: string | undefined): StoreContainer {
  const ports = { ...kafkaPorts(plan), controller: controllerPort };
  const log = '/var/lib/kafka/data';
  const environment = asEnvironment({
    ...kafkaSettings,
    // The same ports inside and outside: the broker also reaches itself at its advertised address.
    ...listenerSettings('0.0.0.0', ports),
    'log.dirs': log,
    ...(volume !== undefined && { 'metadata.log.dir': '/var/lib/kafka/metadata' }),
  });
  const open = [ports.broker, ...(ports.proxied === undefined ? [] : [ports.proxied.listen])];
  const container = new StoreContainer(image)
    .withEnvironment({ ...environment, KAFKA_HEAP_OPTS: `-Xms${kafkaHeapMiB / 2}m -Xmx${kafkaHeapMiB}m` })
    .withExposedPorts(...open.map((port) => ({ container: port, host: port })));
  // The volume is on this machine and outlives the container's stops.
  return volume === undefined
    ? container
    : container.withBindMounts([{ source: join(volume, 'data'), target: log, mode: 'rw' }]);
}

function postgresContainer(
  image: string,
  need: PostgresNeed,
  at: { readonly port: number; readonly password: string },
): StoreContainer {
  const settings = Object.entries(postgresSettings(need)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return new StoreContainer(image)
    .withEnvironment({ POSTGRES_USER: superuser, POSTGRES_PASSWORD: at.password })
    .withCommand(['postgres', ...settings])
    .withExposedPorts({ container: postgresPort, host: at.port });
}

function redisContainer(image: string, at: RedisAddress): StoreContainer {
  // The append-only file is written before the answer: a kill loses nothing.
  const settings = ['appendonly yes', 'save ""', `requirepass ${at.password ?? '""'}`];
  const file = '/etc/toofan-redis.conf';
  return new StoreContainer(image)
    .withCopyContentToContainer([{ content: settings.join('\n'), target: file, mode: 0o644 }])
    .withCommand(['redis-server', file])
    .withExposedPorts({ container: redisPort, host: at.port });
}
