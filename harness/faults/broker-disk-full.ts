import { open, rm, statfs } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unavailable } from '../errors.ts';
import { story, wallMs } from '../scenario/time.ts';
import { askStore, refusalOf } from './ask-store.ts';
import { serverAndNetwork } from './draw.ts';
import { defineFault, leaseFor } from './fault.ts';
import { span } from './parameters.ts';
import { redelivery } from './redelivery.ts';
import { partOf } from './victims.ts';
import { eventually, NotYet } from '../eventually.ts';

const run = promisify(execFile);
const seenWithinMs = 30_000;
const lookEveryMs = 200;

export const brokerDiskFull = defineFault({
  type: 'broker-disk-full',
  summary: "Fills the volume of Kafka's log to the last byte; healed by freeing space and a restart.",
  parameters: { for: span },
  victim: () => 'kafka',
  needs: () => ({ logVolume: true }),

  async strike(spec, context) {
    const part = partOf('broker-disk-full', context, 'kafka');
    const volume = context.stack.logVolume;
    if (volume === undefined) throw unavailable("broker-disk-full: Kafka's log has no volume of its own");
    const holdMs = wallMs(spec.for, context.timeScale);
    const ballast = join(volume, 'ballast');
    const lease = leaseFor(context, holdMs, ['rm', '-f', ballast]);
    await fill(ballast, volume);
    return {
      holdMs,
      async verify() {
        const look = async () => {
          const said = /[^\n]*No space left on device[^\n]*/.exec(await part.logs())?.[0];
          if (said !== undefined)
            return `${await refusalOf('kafka', context.stack.direct).catch(() => 'kafka')}; its log: ${said.trim().slice(0, 200)}`;
          // Space that the broker frees or had reserved must be taken too.
          await fill(ballast, volume);
          return new NotYet("no failed append in the broker's log");
        };
        return eventually(look, { withinMs: seenWithinMs, everyMs: lookEveryMs, signal: context.signal });
      },
      async heal() {
        await rm(ballast, { force: true });
        await lease.end();
        // It gave up its only log directory; if it did not exit by itself it must be stopped.
        await part.kill();
        await part.start();
      },
      async verifyHealed() {
        await askStore('kafka', context.stack.direct);
        const { bavail, bsize } = await statfs(volume);
        return `kafka answers again, ${Math.round((bavail * bsize) / 2 ** 20)} MiB free`;
      },
    };
  },

  draw: {
    places: ({ logVolume }) => (logVolume ? ['kafka'] : []),
    holdMs: [300, 1_500],
    moreMs: 10_000,
    parameters: (_, hold) => ({ for: hold }),
    touches: serverAndNetwork,
  },
  alertedBy: ['DiskSpaceLow', 'StoreDown', 'DecisionsStalled', 'ErrorSpike'],
  runbookOf: ['DiskSpaceLow'],
  trials: [
    {
      with: { for: '300ms' },
      // Only appends can fail.
      beside: [redelivery({ topic: 'order-events', count: 3, order: 'same' })],
      seen: /No space left on device.*kafka answers again/,
    },
  ],
  page: {
    strikes:
      "Kafka's log lies on a size-limited volume (a loop device that outlives the broker), its metadata elsewhere. A ballast file takes the last free block: appends fail, and the broker gives up its log directory.",
    example: { for: story('4min') },
    struckShownBy: "`No space left on device` in the broker's own log, and no answer from it",
    healedShownBy: 'space is freed, and the restarted broker answers',
    limits: 'Linux and root; a stack that Toofan starts (local or containers)',
    lookFor:
      'A broker that gives up its only log directory exits. What it acknowledged survives, and the history shows it.',
  },
});

/** Takes all free blocks: most of them at once, the rest by writing until the volume refuses. */
async function fill(ballast: string, volume: string): Promise<void> {
  const { bavail, bsize } = await statfs(volume);
  const taken = await sizeOf(ballast);
  if (bavail > 256) await run('fallocate', ['-o', String(taken), '-l', String((bavail - 128) * bsize), ballast]);
  const file = await open(ballast, 'a');
  try {
    const block = Buffer.alloc(bsize);
    // Never more than the volume holds: others may keep freeing space.
    for (let written = 0; written < Math.max(bavail, 256); written++) await file.write(block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    await file.close();
  }
}

async function sizeOf(path: string): Promise<number> {
  const file = await open(path, 'a');
  try {
    return (await file.stat()).size;
  } finally {
    await file.close();
  }
}
