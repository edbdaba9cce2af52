import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { KafkaPorts } from './kafka-settings.ts';
import { freePorts } from './ports.ts';
import { databaseName, superuser, targetUser } from './postgres-settings.ts';
import type { Addresses, LockLoss, PostgresAddress, StackNeeds, StackPart, ToxicProxy } from './stack.ts';

export const loopback = '127.0.0.1';
const connectWithinMs = 15_000;
const statementWithinMs = 30_000;

/** Where the stores of a stack of our own will listen, and with which passwords: settled before anything starts. */
export interface StackPlan {
  readonly direct: Addresses;
  readonly forTarget: Addresses;
  readonly brokerPort: number;
  /** Kafka's second listener, for its own controller. */
  readonly controllerPort: number;
  /** Where the needs ask for proxies between the target and the stores. */
  readonly proxied: ProxyPlan | undefined;
}

export interface ProxyPlan {
  /** The proxy server's own interface. */
  readonly controlPort: number;
  /** Kafka's third listener: it sends its clients on to the proxy, where the others connect straight. */
  readonly kafka: { readonly listen: number; readonly advertised: number };
  readonly routes: readonly ProxyRoute[];
}

/** A TCP proxy in front of one store: clients connect to `listen`, it connects to `upstream`; ports of loopback. */
interface ProxyRoute {
  readonly name: string;
  readonly listen: number;
  readonly upstream: number;
}

/** Servers that run, and how to reach them. */
export interface RunningStores extends Pick<StackPlan, 'direct' | 'forTarget'> {
  readonly parts: ReadonlyMap<string, StackPart>;
  readonly proxies: ReadonlyMap<string, ToxicProxy>;
  readonly logVolume: string | undefined;
  readonly kafkaVersion: string;
  /** What became of the lock of somebody else's stores since their last reset. */
  readonly lockLosses?: () => readonly LockLoss[];
  /** How somebody else's stores are brought to a clean state; as our own are where it is left out. */
  readonly reset?: (needs: StackNeeds) => Promise<void>;
  /** Ends what was started here; harmless a second time. */
  end(): Promise<void>;
}

export async function planStack(needs: StackNeeds): Promise<StackPlan> {
  const names = Object.keys(needs.postgres);
  const isProxied = needs.faults?.proxies === true;
  // All at once, so that none of them is another's.
  const listening = 3 + names.length;
  const ports = await freePorts(isProxied ? 2 * listening + 1 : listening);
  const [brokerPort = 0, controllerPort = 0, redisPort = 0, ...postgresPorts] = ports.slice(0, listening);
  const proxied = isProxied ? planProxies(needs, redisPort, postgresPorts, ports.slice(listening)) : undefined;
  const redisPassword = secret();
  const addresses = (user: string, portOf: (part: string, own: number) => number): Addresses => ({
    kafka: { brokers: [`${loopback}:${portOf('kafka', brokerPort)}`] },
    postgres: Object.fromEntries(
      names.map((name, index) => {
        const port = portOf(`postgres:${name}`, postgresPorts[index] ?? 0);
        return [name, { host: loopback, port, user, password: secret(), database: databaseName }];
      }),
    ),
    ...(needs.redis && { redis: { host: loopback, port: portOf('redis', redisPort), password: redisPassword } }),
  });
  const throughProxy = (part: string, own: number) => proxied?.routes.find(({ name }) => name === part)?.listen ?? own;
  return {
    direct: addresses(superuser, (_, own) => own),
    // The target is no superuser: connections that are reserved for superusers stay the harness's.
    forTarget: addresses(targetUser, throughProxy),
    brokerPort,
    controllerPort,
    proxied,
  };
}

/** `free`: a port for the proxy server, two for Kafka, one for Redis and one for each Postgres. */
function planProxies(
  needs: StackNeeds,
  redisPort: number,
  postgresPorts: readonly number[],
  free: readonly number[],
): ProxyPlan {
  const names = Object.keys(needs.postgres);
  const [controlPort = 0, listen = 0, advertised = 0, redis = 0, ...postgres] = free;
  return {
    controlPort,
    kafka: { listen, advertised },
    routes: [
      { name: 'kafka', listen: advertised, upstream: listen },
      ...names.map((name, index) => ({
        name: `postgres:${name}`,
        listen: postgres[index] ?? 0,
        upstream: postgresPorts[index] ?? 0,
      })),
      ...(needs.redis ? [{ name: 'redis', listen: redis, upstream: redisPort }] : []),
    ],
  };
}

export const kafkaPorts = ({ brokerPort, controllerPort, proxied }: StackPlan): KafkaPorts => ({
  broker: brokerPort,
  controller: controllerPort,
  ...(proxied !== undefined && { proxied: proxied.kafka }),
});

const secret = () => randomBytes(18).toString('base64url');

/** A broker does not tell its version over the wire; its log says it when it has started. */
export async function kafkaVersionOf(started: StackPart | undefined): Promise<string> {
  const said = started === undefined ? null : /Kafka version: (\S+)/.exec(await started.logs());
  return said?.[1] ?? 'unknown';
}

/** Makes the target's user and database on a new server. */
export async function makeDatabase(direct: PostgresAddress, forTarget: PostgresAddress): Promise<void> {
  const client = new Client({
    ...direct,
    database: 'postgres',
    connectionTimeoutMillis: connectWithinMs,
    query_timeout: statementWithinMs,
  });
  client.on('error', () => undefined); // The query that met it rejects with it.
  await client.connect();
  try {
    const user = client.escapeIdentifier(forTarget.user);
    await client.query(`create role ${user} login password ${client.escapeLiteral(forTarget.password)}`);
    await client.query(`create database ${client.escapeIdentifier(forTarget.database)} owner ${user}`);
  } finally {
    await client.end();
  }
}

/** Resolves once all are fulfilled; where one is rejected, awaits the others and rejects with the first reason. */
export async function allOrFirstFailure<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
