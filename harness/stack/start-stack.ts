import { Redis } from 'ioredis';
import { Client } from 'pg';
import type { ToofanConfig } from '../config.ts';
import type { Session } from '../session/session.ts';
import { startLocal } from './local.ts';
import type { RunningStores } from './plan.ts';
import { resetStores, type Ownership } from './reset.ts';
import type { Stack, StackKind, StackNeeds, StackPart } from './stack.ts';

export interface StackOptions {
  readonly session: Session;
  readonly config: ToofanConfig;
  /** Gets a line now and then while something is fetched or made for the first time. */
  readonly progress: (line: string) => void;
}

/**
 * Starts the stores, or takes those that are there, and brings them to a clean state. Rejects with what to install
 * (69) where the machine offers none.
 */
export async function startStack(choice: 'auto' | StackKind, needs: StackNeeds, options: StackOptions): Promise<Stack> {
  const { session, progress } = options;
  const stores = await startLocal(session, needs, progress);
  return await finish('local', '', 'ours', stores, needs);
}

async function finish(
  kind: StackKind,
  reason: string,
  whose: Ownership,
  stores: RunningStores,
  needs: StackNeeds,
): Promise<Stack> {
  const { parts, direct, forTarget } = stores;
  const reset = (wanted: StackNeeds) => resetStores({ direct, forTarget, whose }, wanted);
  const dispose = async (): Promise<void> => {
    await Promise.all([...parts.values()].map((part) => part.kill()));
  };
  try {
    await reset(needs);
    const versions = await serverVersions(stores);
    return {
      kind,
      reason,
      versions,
      direct,
      forTarget,
      parts,
      stampedBy: 'broker',
      reset,
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function serverVersions({ parts, direct }: RunningStores): Promise<Record<string, string>> {
  const versions: Record<string, string> = { kafka: await kafkaVersion(parts.get('kafka')) };
  for (const [name, address] of Object.entries(direct.postgres)) {
    const client = new Client(address);
    await client.connect();
    try {
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      versions[`postgres:${name}`] = rows[0]?.server_version ?? 'unknown';
    } finally {
      await client.end();
    }
  }
  if (direct.redis !== undefined) {
    const redis = new Redis({ ...direct.redis, lazyConnect: true, maxRetriesPerRequest: 1 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      versions.redis = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1] ?? 'unknown';
    } finally {
      redis.disconnect();
    }
  }
  return versions;
}

/** A broker does not tell its version over the wire; its log begins with it. */
async function kafkaVersion(part: StackPart | undefined): Promise<string> {
  const said = part === undefined ? null : /Kafka version: (\S+)/.exec(await part.logs());
  return said?.[1] ?? 'unknown';
}
