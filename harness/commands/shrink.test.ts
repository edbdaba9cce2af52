import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { at, type ScheduledFault } from '../scenario/scenario.ts';
import { shrink } from './shrink.ts';

const fault = (name: string, hold?: number) =>
  at({ phase: 'surge', after: '1s' }, { type: name, ...(hold !== undefined && { for: `${hold}ms` }) });
const names = (faults: readonly ScheduledFault[]) => faults.map((one) => one.fault.type);
const schedule = ['a', 'b', 'c', 'd'].map((name) => fault(name));
const plenty = 100;

/** Fails if all of these faults are present, like a defect that needs them together. */
const failsWith =
  (...needed: string[]) =>
  async (faults: readonly ScheduledFault[]) =>
    needed.every((name) => names(faults).includes(name));

const longEnough = async (faults: readonly ScheduledFault[]) =>
  faults.some((one) => one.fault.type === 'b' && Number.parseInt(String(one.fault['for']), 10) >= 900);

describe('shrinking', () => {
  it('finds exactly the faults that it takes, whichever they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(['a', 'b', 'c', 'd']), async (needed) => {
        const { faults, repeated, complete } = await shrink(schedule, failsWith(...needed), plenty);
        expect(names(faults)).toEqual(needed);
        expect({ repeated, complete }).toEqual({ repeated: true, complete: true });
      }),
    );
  });

  it('sees after two attempts that it takes no fault at all', async () => {
    expect(await shrink(schedule, failsWith(), plenty)).toEqual({
      faults: [],
      repeated: true,
      attempts: 2,
      complete: true,
    });
  });

  it('halves the hold of what is left while it still fails', async () => {
    const { faults } = await shrink([fault('a', 4_000), fault('b', 4_000)], longEnough, plenty);
    expect(faults).toEqual([fault('b', 1_000)]);
  });

  it('stops halving where a hold would be none any more, and halves downFor too', async () => {
    const crash = at({ phase: 'surge', after: '1s' }, { type: 'worker-crash', downFor: '1s' });
    const { faults, attempts } = await shrink([crash], async (left) => left.length > 0, plenty);
    expect(faults[0]?.fault['downFor']).toBe('250ms');
    // The original, without it, 500 ms, 250 ms; 125 ms is not tried.
    expect(attempts).toBe(4);
  });

  it('says that a failure did not come again, after one attempt, and calls nothing shrunk', async () => {
    expect(await shrink(schedule, async () => false, plenty)).toEqual({
      faults: schedule,
      repeated: false,
      attempts: 1,
      complete: true,
    });
  });

  it('keeps only what it saw fail, and never tries more than it may', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 20 }),
        async (coins, most) => {
          const failed = new Set<string>();
          let asked = 0;
          const moody = async (faults: readonly ScheduledFault[]) => {
            const fails = coins[asked++] ?? false;
            if (fails) failed.add(JSON.stringify(faults));
            return fails;
          };
          const holds = ['a', 'b', 'c', 'd'].map((name) => fault(name, 5_000));
          const { faults, attempts, repeated } = await shrink(holds, moody, most);
          expect(attempts).toBe(asked);
          expect(attempts).toBeLessThanOrEqual(most);
          expect(repeated ? failed : new Set([JSON.stringify(holds)])).toContain(JSON.stringify(faults));
        },
      ),
    );
  });

  it('says where the attempts were used up before nothing smaller was left', async () => {
    const { faults, complete, attempts } = await shrink(schedule, failsWith('d'), 3);
    expect({ complete, attempts }).toEqual({ complete: false, attempts: 3 });
    expect(names(faults)).toEqual(['b', 'c', 'd']);
  });
});
