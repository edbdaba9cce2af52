import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../harness/errors.ts';
import { startSession } from '../../harness/session/start-session.ts';
import { findEngine } from '../../harness/stack/containers/find-engine.ts';
import { installKafka } from '../../harness/stack/local/kafka-installation.ts';
import { localKafka } from '../../harness/stack/local/local-kafka.ts';
import { LocalServer } from '../../harness/stack/local/local-server.ts';
import { freePorts } from '../../harness/stack/ports.ts';
import { onPath } from '../../harness/stack/tools/on-path.ts';
import { startStack } from '../../harness/stack/start-stack.ts';
import { needs } from './needs.ts';

const script = fileURLToPath(new URL('./harness-process.ts', import.meta.url));
const nowhere = 'unix:///nonexistent/docker.sock';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stack-errors-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the miniature harness on a machine with nothing on PATH but `programs`, an empty cache, and no Docker engine. */
async function onMachineWith(
  programs: readonly string[],
  kind: string,
): Promise<{ code: number | null; said: string }> {
  const bin = await mkdtemp(join(folder, 'bin-'));
  for (const program of programs) {
    const path = await onPath(program);
    if (path !== undefined) await symlink(path, join(bin, program));
  }
  const env = { PATH: bin, HOME: folder, XDG_CACHE_HOME: join(bin, 'cache'), DOCKER_HOST: nowhere };
  const child = spawn(process.execPath, [script, kind], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

describe('a machine that lacks something', () => {
  it('says how to install Java', async () => {
    const { code, said } = await onMachineWith(['redis-server', 'mvn'], 'local');
    expect(code).toBe(69);
    expect(said).toMatch(
      /^Java is not installed: the local stack needs Java 17 or later for Kafka\. Install it: .*(openjdk-17|openjdk@17)/,
    );
  });

  it('says how to install Maven, where Kafka was never fetched', async () => {
    const { code, said } = await onMachineWith(['redis-server', 'java'], 'local');
    expect(code).toBe(69);
    expect(said).toMatch(
      /^Maven is not installed: the local stack needs it once, to fetch Kafka\. Install it: .*maven/,
    );
  });

  it('says what it lacks for either stack, where it was to choose', async () => {
    const { code, said } = await onMachineWith([], 'auto');
    expect(code).toBe(69);
    expect(said).toMatch(
      /^this machine can run no stack\.\n {2}containers: no Docker engine at unix:\/\/\/nonexistent.*Install Docker: .*\n {2}local: Java is not installed/,
    );
  });

  it('refuses a stack of containers that was asked for, where no engine answers', async () => {
    const { code, said } = await onMachineWith(['java', 'mvn', 'redis-server'], 'containers');
    expect({ code, said }).toEqual({
      code: 69,
      said: `no container stack: no Docker engine at ${nowhere}\n`,
    });
  });
});

describe('a Docker engine', () => {
  it.skipIf(process.getuid?.() !== 0)(
    'that this user may not use is told apart from one that is not there',
    async () => {
      const socket = join(folder, 'docker.sock');
      const engine = createServer().listen(socket);
      await once(engine, 'listening');
      await chmod(socket, 0o600);
      const before = process.env.DOCKER_HOST;
      process.env.DOCKER_HOST = `unix://${socket}`;
      try {
        process.seteuid?.('nobody');
        const state = await findEngine();
        expect(state).toEqual({
          state: 'forbidden',
          address: `unix://${socket}`,
          why: `Docker is installed, but this user may not use it (unix://${socket}: permission denied)`,
        });
      } finally {
        process.seteuid?.(0);
        if (before === undefined) delete process.env.DOCKER_HOST;
        else process.env.DOCKER_HOST = before;
        engine.close();
      }
    },
  );
});

describe('a server that does not start', () => {
  it('shows the end of its own log, and does not stay', async () => {
    await using session = await startSession();
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    try {
      const kafkaFolder = join(session.folder, 'kafka');
      await mkdir(kafkaFolder);
      const kafka = await installKafka(session, () => undefined);
      const [controller = 0] = await freePorts(1);
      const ports = { broker: address.port, controller };
      const server = new LocalServer(session, await localKafka(kafka, kafkaFolder, ports));
      const failure = await server.start().then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(UserError);
      expect((failure as UserError).exitCode).toBe(69);
      expect((failure as UserError).message).toMatch(
        /^kafka did not start: it ended with exit code 1; from its log:\n/,
      );
      expect((failure as UserError).message).toMatch(
        new RegExp(`127\\.0\\.0\\.1:${address.port}: Address already in use`),
      );
    } finally {
      taken.close();
    }
  });

  it('is named with what the server says of a setting that it does not know', async () => {
    await using session = await startSession();
    const main = { schema: needs.postgres.main?.schema ?? '', settings: { shared_bufers: '1GB' } };
    const started = startStack(
      'local',
      { ...needs, postgres: { main } },
      { session, config: {}, progress: () => undefined },
    );
    await expect(started).rejects.toThrow(
      /^postgres:main did not start: .*\n[^]*unrecognized configuration parameter "shared_bufers"/,
    );
  });
});
