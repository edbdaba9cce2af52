import { execFile } from 'node:child_process';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '../../errors.ts';
import type { Session } from '../../session/session.ts';
import { installKafka } from './kafka-installation.ts';
import { localKafka } from './local-kafka.ts';
import { findPostgres, localPostgres } from './local-postgres.ts';
import { localRedis } from './local-redis.ts';
import { LocalServer, type LocalProgram } from './local-server.ts';
import { prepareFaultTools } from '../tools/fault-tools.ts';
import {
  allOrFirstFailure,
  kafkaPorts,
  kafkaVersionOf,
  makeDatabase,
  planStack,
  type RunningStores,
} from '../stack-plan.ts';
import { orSilentStores } from '../silent-stores.ts';
import type { StackNeeds, StackPart } from '../stack.ts';

const run = promisify(execFile);

/** A broker's log and Postgres' write-ahead log of a drill at full rate, and the history. */
export const leastFreeGiB = 3;

/** For a broker that gets only some thousands of records, the second compiler costs more than it saves. */
const firstCompilerOnly = ['-XX:TieredStopAtLevel=1'];

/** Starts Kafka, a Postgres for each name and Redis as processes of this machine, all at once. */
export async function startLocal(
  session: Session,
  needs: StackNeeds,
  progress: (line: string) => void,
): Promise<RunningStores> {
  // Reports what is missing before anything starts.
  await requireDisk(session.folder);
  await requireExecutable(session.folder);
  const postgresInstallation = await findPostgres(session);
  const kafkaInstallation = await installKafka(session, progress);
  const faultTools = await prepareFaultTools(session, needs, progress);
  const plan = await planStack(needs);
  const { direct, forTarget } = plan;
  const parts = new Map<string, StackPart>();
  const folder = async (name: string): Promise<string> => {
    const path = join(session.folder, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  const start = async (program: LocalProgram): Promise<void> => {
    const server = new LocalServer(session, program);
    parts.set(program.name, server);
    await server.start();
  };

  const kafka = async (): Promise<void> => {
    const { logVolume: volume } = faultTools;
    await start(
      await localKafka(kafkaInstallation, await folder('kafka'), kafkaPorts(plan), {
        ...(volume !== undefined && { volume }),
        ...(needs.brief === true && { javaOptions: firstCompilerOnly }),
      }),
    );
  };
  const postgres = Object.entries(needs.postgres).map(async ([name, need]) => {
    const [at, targetAt] = [direct.postgres[name], forTarget.postgres[name]];
    if (at === undefined || targetAt === undefined) throw new Error(`no address was planned for Postgres "${name}"`);
    await start(await localPostgres(session, postgresInstallation, name, need, await folder(`postgres-${name}`), at));
    await makeDatabase(at, targetAt);
  });
  const redis = async (): Promise<void> => {
    if (direct.redis !== undefined) {
      await start(await localRedis(session, await folder('redis'), direct.redis, progress));
    }
  };
  const end = async (): Promise<void> => {
    await Promise.all([...parts.values()].map((part) => part.kill()));
  };
  let proxies: RunningStores['proxies'];
  try {
    await allOrFirstFailure([kafka(), ...postgres, redis()]);
    proxies = await faultTools.startProxies(plan);
  } catch (error) {
    const failure = await orSilentStores(error, direct);
    await end();
    throw failure;
  }
  const kafkaVersion = await kafkaVersionOf(parts.get('kafka'));
  return { parts, proxies, logVolume: faultTools.logVolume, direct, forTarget, kafkaVersion, end };
}

/** Refuses a nearly full disk at the start rather than in the middle of a surge. */
async function requireDisk(folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeGiB = (bavail * bsize) / 2 ** 30;
  if (freeGiB < leastFreeGiB) {
    throw unavailable(
      `the disk of ${folder} is nearly full: ${freeGiB.toFixed(1)} GiB free, a drill needs up to ${leastFreeGiB} GiB. Free some, or set TMPDIR to a folder on another disk`,
    );
  }
}

/** The stores' programs may be there, and Kafka's own libraries are. */
async function requireExecutable(folder: string): Promise<void> {
  const program = join(folder, 'may-run');
  await writeFile(program, '#!/bin/sh\n', { mode: 0o700 });
  await run(program).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EACCES' && error.code !== 'EPERM') return;
    throw unavailable(
      `programs may not run from ${dirname(folder)} (mounted noexec?), where the local stack keeps its own: set TMPDIR to a folder on another mount`,
      error,
    );
  });
  await rm(program);
}
