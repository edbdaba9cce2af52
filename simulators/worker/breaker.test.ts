import { describe, expect, it } from 'vitest';
import { Breaker, BreakerOpen } from './breaker.ts';
import type { BreakerState } from './breaker.ts';
import { breakerSettings } from '../inventory/shared/breaker-settings.ts';

/** An event for a breaker: a call that succeeds or fails, or seconds that pass; and its state afterwards. */
type Step = readonly ['ok' | 'fail' | 'kept' | number, BreakerState];

/** Takes every step; returns what was observed of each, in the same form. */
async function walk(breaker: Breaker, clock: { nowMs: number }, steps: readonly Step[]): Promise<Step[]> {
  const seen: Step[] = [];
  for (const [event] of steps) {
    if (typeof event === 'number') {
      clock.nowMs += event * 1_000;
      seen.push([event, breaker.state]);
      continue;
    }
    let begun = false;
    const work = async (): Promise<Step[0]> => {
      begun = true;
      if (event === 'fail') throw new Error('no answer');
      return 'ok';
    };
    const ended = await breaker.call(work).catch((error: unknown) => (error instanceof BreakerOpen ? 'kept' : 'fail'));
    expect(begun).toBe(ended !== 'kept');
    seen.push([ended, breaker.state]);
  }
  return seen;
}

function breakerOf(name: 'database' | 'externalApi' | 'kafka', timeScale = 1) {
  const clock = { nowMs: 1_000_000 };
  const { failures, successes, recoverAfterMs } = breakerSettings(name, timeScale);
  return { clock, breaker: new Breaker(name, { failures, successes, recoverAfterMs }, () => clock.nowMs) };
}

describe('a breaker', () => {
  it.each([
    ['database', 3, 30],
    ['externalApi', 5, 60],
    ['kafka', 2, 45],
  ] as const)('of the %s opens after %d failures and is tried again after %d s', async (name, failures, seconds) => {
    const clock = { nowMs: 0 };
    const breaker = new Breaker(
      name,
      { failures: breakerSettings(name, 1).failures, successes: 2, recoverAfterMs: seconds * 1_000 },
      () => clock.nowMs,
    );
    const steps: readonly Step[] = [
      ...Array.from({ length: failures - 1 }, (): Step => ['fail', 'closed']),
      ['fail', 'open'],
      [seconds - 1, 'open'],
      ['kept', 'open'],
      [1, 'open'],
      ['ok', 'half-open'],
      ['ok', 'closed'],
    ];
    expect(await walk(breaker, clock, steps)).toEqual(steps);
    // The source's seconds, on the clock of an incident that is told so many times as fast.
    expect(breakerSettings(name, 20).recoverAfterMs).toBe((seconds * 1_000) / 20);
  });

  it('counts failures in a row: a success in between begins anew', async () => {
    const { breaker, clock } = breakerOf('database');
    const steps: readonly Step[] = [
      ['fail', 'closed'],
      ['fail', 'closed'],
      ['ok', 'closed'],
      ['fail', 'closed'],
      ['fail', 'closed'],
      ['fail', 'open'],
    ];
    expect(await walk(breaker, clock, steps)).toEqual(steps);
  });

  it('half open, is opened for its whole time by one failure, whatever succeeded before', async () => {
    const { breaker, clock } = breakerOf('kafka');
    const steps: readonly Step[] = [
      ['fail', 'closed'],
      ['fail', 'open'],
      [5, 'open'],
      ['ok', 'half-open'],
      ['fail', 'open'],
      [4, 'open'],
      ['kept', 'open'],
      [1, 'open'],
      ['ok', 'half-open'],
      ['ok', 'closed'],
      ['fail', 'closed'],
    ];
    expect(await walk(breaker, clock, steps)).toEqual(steps);
  });

  it('is not opened by what says nothing of the other side', async () => {
    const { breaker } = breakerOf('kafka');
    for (let call = 0; call < 5; call++) {
      const clash = breaker.call(
        () => Promise.reject(new Error('another was first')),
        () => false,
      );
      await expect(clash).rejects.toThrow('another was first');
    }
    expect(breaker.state).toBe('closed');
  });

  it('stays open when a call that was begun before it opened succeeds', async () => {
    const { breaker } = breakerOf('kafka');
    const late = Promise.withResolvers<void>();
    const early = breaker.call(() => late.promise);
    await expect(breaker.call(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
    await expect(breaker.call(() => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
    late.resolve();
    await early;
    expect(breaker.state).toBe('open');
  });

  it('is never open so briefly that nobody has peace, nor so long that orders wait for what is well', () => {
    expect(breakerSettings('database', 450).recoverAfterMs).toBe(500);
    expect(breakerSettings('externalApi', 1).recoverAfterMs).toBe(5_000);
  });
});
