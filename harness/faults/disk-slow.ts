import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { unavailable } from '../errors.ts';
import { wallMs } from '../scenario/time.ts';
import { serverAndNetwork } from './draw.ts';
import { defineFault, leaseFor } from './fault.ts';
import { span, whole } from './parameters.ts';

const workSeconds = 0.02;
const healedWithinMs = 10_000;
const healthyForMs = 300;

/** Runs until stopped, and then lets everything through. */
const dutyCycle = `
volume=$1; stall=$2; work=$3
trap 'fsfreeze -u "$volume" 2>/dev/null; exit' TERM
while fsfreeze -f "$volume" 2>/dev/null; do sleep "$stall"; fsfreeze -u "$volume" 2>/dev/null; sleep "$work"; done`;

/** A freeze that was under way when the cycle was killed still arrives a moment later. */
const thaw = 'for look in 1 2 3 4 5; do fsfreeze -u "$1" 2>/dev/null; sleep 0.1; done; :';

export const diskSlow = defineFault({
  type: 'disk-slow',
  summary: "Stalls the volume of Kafka's log again and again: writes wait.",
  parameters: {
    stallMs: whole(100, 3_000).describe('duration of each stall, ms'),
    for: span,
  },
  victim: () => 'kafka',
  needs: () => ({ logVolume: true }),

  async strike(spec, context) {
    const volume = context.stack.logVolume;
    if (volume === undefined) throw unavailable("disk-slow: Kafka's log has no volume of its own");
    const holdMs = wallMs(spec.for, context.timeScale);
    const probe = join(volume, 'probe');
    const seconds = [spec.stallMs / 1_000, workSeconds].map((each) => each.toFixed(3));
    const cycle = context.session.spawn('sh', ['-c', dutyCycle, 'sh', volume, ...seconds], { stdio: 'ignore' });
    const lease = leaseFor(
      context,
      holdMs,
      ['sh', '-c', 'kill -KILL "$1" 2>/dev/null || :', 'sh', String(cycle.pid)],
      ['sh', '-c', thaw, 'sh', volume],
    );
    return {
      holdMs,
      async verify() {
        const took = await longestWrite(probe, 3 * spec.stallMs);
        // A write in the middle of a stall waits for the rest of it.
        if (took < spec.stallMs / 2) throw new Error(`a write to the disk of kafka took only ${took} ms`);
        return `a write to the disk of kafka took ${took} ms`;
      },
      async heal() {
        if (cycle.exitCode === null && cycle.signalCode === null) {
          const ended = once(cycle, 'exit');
          cycle.kill('SIGTERM');
          await ended;
        }
        await lease.end();
      },
      async verifyHealed() {
        let took = Infinity;
        // The machine's own disk may be busy for a while with the held-back writes.
        for (const deadline = Date.now() + healedWithinMs; took >= spec.stallMs / 2;) {
          took = await longestWrite(probe, healthyForMs);
          if (Date.now() > deadline) throw new Error(`a write to the disk of kafka still takes ${took} ms`);
        }
        await rm(probe, { force: true });
        return `a write to it takes at most ${took} ms`;
      },
    };
  },

  draw: {
    places: ({ logVolume }) => (logVolume ? ['kafka'] : []),
    holdMs: [1_000, 4_000],
    moreMs: 4_000,
    parameters: (_, hold, dice) => ({ stallMs: dice.between(200, 1_000, 100), for: hold }),
    touches: serverAndNetwork,
  },
  alertedBy: ['ConsumerLagHigh', 'DecisionsStalled', 'StoreSlow'],
  trials: [
    {
      with: { stallMs: 400, for: '1s' },
      seen: /a write to the disk of kafka took \d{3,} ms; a write to it takes at most \d+ ms/,
    },
  ],
  page: {
    strikes:
      'Its file system freezes for `stallMs` (`fsfreeze`, which first flushes dirty pages), works for 20 ms, and freezes again, like a cloud disk out of burst credits, or a failing one. Nothing fails; reads from the page cache stay fast.',
    example: { stallMs: 500, for: '10s' },
    struckShownBy: 'the time of a write with fsync to the same volume',
    healedShownBy: 'such a write takes less than half of a stall',
    limits:
      'Linux and root; a stack that Toofan starts (local or containers). A broker killed during a stall exits when the stall ends',
    lookFor:
      'Producers that resend because their timeout is shorter than a stall; batches that are too small; lag that goes unseen because nothing fails.',
  },
});

/** Writes and syncs a few bytes repeatedly for a while; resolves to the slowest one, whole ms. */
async function longestWrite(path: string, forMs: number): Promise<number> {
  let longest = 0;
  const file = await open(path, 'w');
  try {
    for (const until = performance.now() + forMs; performance.now() < until;) {
      const begun = performance.now();
      await file.write('a few bytes\n');
      await file.sync();
      longest = Math.max(longest, performance.now() - begun);
    }
  } finally {
    await file.close();
  }
  return Math.round(longest);
}
