import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Addresses, StackKind } from '../../harness/stack/stack.ts';
import { containerConfig } from './needs.ts';
import { leftBehind, remains, type Begun } from './remains.ts';
import { nightly } from '../nightly.ts';

const script = fileURLToPath(new URL('./harness-process.ts', import.meta.url));
const containers = await containerConfig();
/** By itself, by a signal that it handles, by one that it cannot; and those that are handled the same way. */
const endings = ['throw', 'SIGINT', 'SIGKILL'] as const;
const moreEndings = ['return', 'SIGTERM', 'SIGHUP'] as const;

interface Up {
  readonly direct: Addresses;
  readonly segments: readonly string[];
}

/** A harness process and its output lines. */
function begin(kind: StackKind): { child: ChildProcess; line: () => Promise<unknown> } {
  const child = spawn(process.execPath, [script, kind], { stdio: ['pipe', 'pipe', 'ignore'] });
  if (child.stdout === null) throw new Error('no pipe');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const line = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the harness ended before it said its line');
    return JSON.parse(value) as unknown;
  };
  return { child, line };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function ports(direct: Addresses): number[] {
  const kafka = direct.kafka.brokers.map((broker) => Number(broker.split(':').at(-1)));
  const postgres = Object.values(direct.postgres).map(({ port }) => port);
  return [...kafka, ...postgres, ...(direct.redis === undefined ? [] : [direct.redis.port])];
}

const sharedMemory = async () =>
  (await readFile('/proc/sysvipc/shm', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/)[1]);

/** What a running stack shows from outside; its absence afterwards would prove nothing if it had not been there before. */
const visible = {
  local: { processes: true, containers: 0, segments: 2 },
  containers: { processes: false, containers: 4, segments: 0 },
};

for (const kind of ['local', 'containers'] as const) {
  const skipped = process.platform !== 'linux' || (kind === 'containers' && containers === undefined);
  describe.skipIf(skipped)(`a harness with a ${kind} stack`, () => {
    const expectNothingLeft = async (ending: (typeof endings | typeof moreEndings)[number]): Promise<void> => {
      const bySignal = ending.startsWith('SIG');
      const { child, line } = begin(kind);
      const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
      const begun = (await line()) as Begun;
      const up = (await line()) as Up;
      const before = await remains(begun);
      expect({
        processes: before.filter((one) => one.startsWith('process')).length > 10,
        containers: before.filter((one) => one.startsWith('container')).length,
        segments: up.segments.length,
      }).toEqual(visible[kind]);
      expect(await Promise.all(ports(up.direct).map(listens))).toEqual([true, true, true, true]);

      if (bySignal) child.kill(ending as NodeJS.Signals);
      else child.stdin?.end(ending);
      const [code, signal] = await ended;
      expect({ code, signal }).toEqual(
        bySignal ? { code: null, signal: ending } : { code: ending === 'throw' ? 1 : 0, signal: null },
      );
      expect(await leftBehind(begun)).toEqual([]);
      expect(await Promise.all(ports(up.direct).map(listens))).toEqual([false, false, false, false]);
      expect((await sharedMemory()).filter((id) => id !== undefined && up.segments.includes(id))).toEqual([]);
    };
    it.skipIf(kind === 'containers' && !nightly).each(endings)('leaves nothing behind when it ends by %s', (ending) =>
      expectNothingLeft(ending),
    );
    it.skipIf(!nightly).each(moreEndings)('leaves nothing behind when it ends by %s', (ending) =>
      expectNothingLeft(ending),
    );

    it.skipIf(kind === 'containers' && !nightly).each([0, 300, 1500])(
      'leaves nothing behind when it is killed %i ms into the start of its stack',
      async (afterMs) => {
        const { child, line } = begin(kind);
        const ended = once(child, 'exit');
        const begun = (await line()) as Begun;
        await delay(afterMs);
        child.kill('SIGKILL');
        await ended;
        expect(await leftBehind(begun)).toEqual([]);
      },
    );
  });
}
