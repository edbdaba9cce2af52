import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { freePorts } from './ports.ts';
import { databaseName, superuser, targetUser } from './postgres-settings.ts';
import type { Addresses, PostgresAddress, StackNeeds, StackPart } from './stack.ts';

export const loopback = '127.0.0.1';
const connectWithinMs = 15_000;

/** Where the stores of a stack of our own will listen, and with which passwords: settled before anything starts. */
export interface StackPlan {
  readonly direct: Addresses;
  readonly forTarget: Addresses;
  readonly brokerPort: number;
  /** Kafka's second listener, for its own controller. */
  readonly controllerPort: number;
}

/** Servers that run, and how to reach them. */
export interface RunningStores extends Pick<StackPlan, 'direct' | 'forTarget'> {
  readonly parts: ReadonlyMap<string, StackPart>;
  readonly kafkaVersion: string;
  /** Ends what was started here; harmless a second time. */
  end(): Promise<void>;
}

export async function planStack(needs: StackNeeds): Promise<StackPlan> {
  const names = Object.keys(needs.postgres);
  const [brokerPort = 0, controllerPort = 0, redisPort = 0, ...postgresPorts] = await freePorts(3 + names.length);
  const postgres = (user: string): Record<string, PostgresAddress> =>
    Object.fromEntries(
      names.map((name, index) => {
        const port = postgresPorts[index] ?? 0;
        return [name, { host: loopback, port, user, password: secret(), database: databaseName }];
      }),
    );
  const shared = {
    kafka: { brokers: [`${loopback}:${brokerPort}`] },
    ...(needs.redis && { redis: { host: loopback, port: redisPort, password: secret() } }),
  };
  return {
    // The target is no superuser: connections that are reserved for superusers stay the harness's.
    direct: { ...shared, postgres: postgres(superuser) },
    forTarget: { ...shared, postgres: postgres(targetUser) },
    brokerPort,
    controllerPort,
  };
}

const secret = () => randomBytes(18).toString('base64url');

/** A broker does not tell its version over the wire; its log says it when it has started. */
export async function kafkaVersionOf(started: StackPart | undefined): Promise<string> {
  const said = started === undefined ? null : /Kafka version: (\S+)/.exec(await started.logs());
  return said?.[1] ?? 'unknown';
}

/** Makes the target's user and database on a new server. */
export async function makeDatabase(direct: PostgresAddress, forTarget: PostgresAddress): Promise<void> {
  const client = new Client({ ...direct, database: 'postgres', connectionTimeoutMillis: connectWithinMs });
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
