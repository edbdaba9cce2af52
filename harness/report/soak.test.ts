import { describe, expect, it } from 'vitest';
import { poisonMessages } from '../faults/poison-messages.ts';
import { redisFlush } from '../faults/redis-flush.ts';
import { workerCrash } from '../faults/worker-crash.ts';
import { at, type ScheduledFault } from '../scenario/scenario.ts';
import { scheduleSource, seedText, shrunkText, soakText, type SeedResult } from './soak.ts';

const faults: readonly ScheduledFault[] = [
  at({ phase: 'surge', after: '1200ms' }, workerCrash({ process: "it's", count: 1, downFor: '800ms' })),
  at({ phase: 'after', after: '0ms' }, redisFlush()),
  at({ phase: 'after', after: '1s' }, poisonMessages({ topic: 'order-events', count: 7 })),
];
const result = (values: Partial<SeedResult>): SeedResult => ({
  seed: 17,
  faults,
  verdict: 'pass',
  code: 0,
  broken: [],
  why: [],
  ...values,
});
const plain = { colour: false };

describe('what a soak prints', () => {
  it('has a line a seed: its verdict and its schedule in short; what broke stands below', () => {
    const short =
      "worker-crash it's ×1 800ms at surge+1200ms, redis-flush at after+0ms, poison-messages order-events ×7 at after+1s";
    expect(seedText(result({}), plain)).toBe(`✓ seed 17  pass  ${short}\n`);
    expect(seedText(result({ verdict: 'fail', faults: [], why: ['no-lost-order: 3 violations'] }), plain)).toBe(
      '✗ seed 17  fail  no fault\n    no-lost-order: 3 violations\n',
    );
  });

  it('ends with how many seeds did what, and how a failing one is repeated', () => {
    const results = [result({}), result({ seed: 18, verdict: 'fail' }), result({ seed: 19, verdict: 'inconclusive' })];
    const repeats = [{ seed: 18, command: 'npx toofan soak --seeds 1 --first-seed 18', report: 'r/18/report.html' }];
    expect(soakText(results, 5, repeats, plain).split('\n')).toEqual([
      '',
      '3 of 5 seeds run: 1 passed, 1 failed, 1 inconclusive',
      '  seed 18',
      '    Repeat  npx toofan soak --seeds 1 --first-seed 18',
      '    Report  r/18/report.html',
      '',
    ]);
  });

  it('writes a schedule as source text for a scenario file', () => {
    expect(scheduleSource(faults).split('\n')).toEqual([
      "import { at } from 'toofan';",
      "import { poisonMessages, redisFlush, workerCrash } from 'toofan/faults';",
      '',
      'faults: [',
      "  at({ phase: 'surge', after: '1200ms' }, workerCrash({ process: 'it\\'s', count: 1, downFor: '800ms' })),",
      "  at({ phase: 'after', after: '0ms' }, redisFlush()),",
      "  at({ phase: 'after', after: '1s' }, poisonMessages({ topic: 'order-events', count: 7 })),",
      '],',
      '',
    ]);
  });

  it('says that no fault is needed where it fails without any', () => {
    const text = shrunkText(result({}), { faults: [], repeated: true, attempts: 2, complete: true });
    expect(text).toBe('    still fails without any fault (2 attempts)\n');
  });

  it('says of a failure that did not come again that it is flaky, and never that it was shrunk', () => {
    const text = shrunkText(result({}), { faults, repeated: false, attempts: 1, complete: true });
    expect(text).toBe('    seed 17 did not fail again when repeated: flaky, not shrunk (1 attempt)\n');
  });

  it('says how many attempts the smallest schedule took, and where they were used up', () => {
    const smaller = { faults: faults.slice(1, 2), repeated: true, attempts: 5, complete: false };
    expect(shrunkText(result({}), smaller).split('\n')).toEqual([
      '    smallest schedule that still fails: 1 of 3 faults, after 5 attempts; a smaller one may still fail (attempts used up)',
      "      import { at } from 'toofan';",
      "      import { redisFlush } from 'toofan/faults';",
      '',
      '      faults: [',
      "        at({ phase: 'after', after: '0ms' }, redisFlush()),",
      '      ],',
      '',
    ]);
  });
});
