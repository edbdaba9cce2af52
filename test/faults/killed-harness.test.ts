import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { brokerDiskFull } from '../../harness/faults/broker-disk-full.ts';
import { connectionsExhausted } from '../../harness/faults/connections-exhausted.ts';
import { networkCut } from '../../harness/faults/network-cut.ts';
import { storeFreeze } from '../../harness/faults/store-freeze.ts';
import { workerCrash } from '../../harness/faults/worker-crash.ts';
import { workerFreeze } from '../../harness/faults/worker-freeze.ts';
import { workerLeak } from '../../harness/faults/worker-leak.ts';
import { workerStarve } from '../../harness/faults/worker-starve.ts';
import { leftBehind, remains, type Begun } from '../stack/remains.ts';

const script = fileURLToPath(new URL('./faulty-harness.ts', import.meta.url));
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
const hold = '1h';

/** What is held at the moment that the harness is killed; the other faults are over as soon as they have struck. */
const held = [
  workerCrash({ downFor: hold }),
  workerFreeze({ for: hold }),
  workerStarve({ cpuShare: 0.2, for: hold }),
  workerLeak({ mibPerSecond: 60, for: hold }),
  storeFreeze({ store: 'kafka', for: hold }),
  connectionsExhausted({ for: hold }),
  networkCut({ store: 'postgres:main', for: hold }),
  ...(isRoot ? [brokerDiskFull({ for: hold })] : []),
];

it.skipIf(process.platform !== 'linux').each(held.map((fault) => ({ type: fault.type, fault })))(
  'nothing of $type is left within ten seconds after the harness was killed in its middle',
  async ({ fault }) => {
    const child = spawn(process.execPath, [script, JSON.stringify(fault)], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const told = async <T>(): Promise<T> => JSON.parse((await lines.next()).value ?? 'null') as T;
    const begun = await told<Begun>();
    expect(await told<{ seen: string }>()).toMatchObject({ seen: expect.stringMatching(/./) });
    expect((await remains(begun)).length).toBeGreaterThan(5);
    child.kill('SIGKILL');
    await ended;
    expect(await leftBehind(begun, 10_000)).toEqual([]);
  },
);
