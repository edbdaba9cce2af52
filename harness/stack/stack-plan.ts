import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { KafkaPorts } from './kafka-settings.ts';
import { freePorts } from './ports.ts';
import { databaseName, superuser, targetUser } from './postgres-settings.ts';
import type { Addresses, LockLoss, PostgresAddress, StackNeeds, StackPart, ToxicProxy } from './stack.ts';

export const loopback = '127.0.0.1';
const connectWithinMs = 15_000;
const statementWithinMs = 30_000;

/** Ports and passwords of our own stack's stores: fixed before anything starts. */
export interface StackPlan {
  readonly direct: Addresses;
  readonly forTarget: Addresses;
  readonly brokerPort: number;
  /** Kafka's second listener, for its own controller. */
  readonly controllerPort: number;
  /** Set if the needs ask for proxies between the target and the stores. */
  readonly proxied: ProxyPlan | undefined;
}

export interface ProxyPlan {
  /** The proxy server's own API. */
  readonly controlPort: number;
  /** Kafka's third listener: it redirects its clients to the proxy; the others connect directly. */
  readonly kafka: { readonly listen: number; readonly advertised: number };
  readonly routes: readonly ProxyRoute[];
}

/** A TCP proxy in front of one store: clients connect to `listen`, it connects to `upstream`; ports of loopback. */
interface ProxyRoute {
  readonly name: string;
  readonly listen: number;
  readonly upstream: number;
}

/** Running servers, and how to reach them. */
export interface RunningStores extends Pick<StackPlan, 'direct' | 'forTarget'> {
  readonly parts: ReadonlyMap<string, StackPart>;
  readonly proxies: ReadonlyMap<string, ToxicProxy>;
  readonly logVolume: string | undefined;
  readonly kafkaVersion: string;
  /** What happened to the lock on external stores since their last reset. */
  readonly lockLosses?: () => readonly LockLoss[];
  /** How external stores are brought to a clean state; default: like our own. */
  readonly reset?: (needs: StackNeeds) => Promise<void>;
  /** Stops what was started here; idempotent. */
  end(): Promise<void>;
}

export async function planStack(needs: StackNeeds): Promise<StackPlan> {
  const names = Object.keys(needs.postgres);
  const isProxied = needs.faults?.proxies === true;
  // All at once, so that they are distinct.
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
    // The target is no superuser: connections reserved for superusers stay the harness's.
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

/** A broker does not report its version over the wire; its log does once it has started. */
export async function kafkaVersionOf(started: StackPart | undefined): Promise<string> {
  const said = started === undefined ? null : /Kafka version: (\S+)/.exec(await started.logs());
  return said?.[1] ?? 'unknown';
}

/** Creates the target's user and database on a new server. */
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

/** Resolves once all are fulfilled; if one rejects, awaits the others and rejects with the first reason. */
export async function allOrFirstFailure<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(promises);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
