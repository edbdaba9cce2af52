import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A tenth of the orders, and a database that stands still for most of the surge. */
export const frozen = {
  loadScale: 0.1,
  set: {
    faults: [
      { at: { phase: 'surge', after: '500ms' }, fault: { type: 'store-freeze', store: 'postgres:main', for: '5s' } },
    ],
  },
} as const;

/** Half as long, without a fault. */
export const brief = {
  loadScale: 0.1,
  set: { 'load[0].for': '1s', 'load[2].hold': '1s' },
  inconclusive: 'skip',
} as const;

/** Resolves once a Postgres of this machine is stopped. */
export async function expectFrozen(): Promise<void> {
  for (;;) {
    for (const pid of await readdir('/proc')) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      if (/^\d+ \(postgres\) T /.test(stat)) return;
    }
    await delay(50);
  }
}

/** Removed with the results before each test. */
const folder = join(import.meta.dirname, 'node_modules');
const seen = join(folder, 'seen');

/** Tells the other test file that this one has seen it stopped. */
export async function saySeen(): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(seen, '');
}

/** Resolves once the other test file has seen it stopped. */
export async function expectSeen(): Promise<void> {
  while (!(await access(seen).then(() => true, () => false))) await delay(50); // prettier-ignore
}
