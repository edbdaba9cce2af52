import { describe, expect, it } from 'vitest';
import { emptyFolder, readRun, remains, remainsAfter, toofan } from '../toofan.ts';
import { nightly } from '../nightly.ts';

/** They take minutes each, and need the machine to themselves: `npm run nightly`. */

const drills = [
  { scenario: 'big-billion-day', target: 'inventory/streaming', code: 0, broken: [] },
  {
    scenario: 'big-billion-day',
    target: 'inventory/legacy-batch',
    code: 11,
    broken: ['no-overpromise', 'no-oversell'],
  },
  {
    scenario: 'big-billion-day',
    target: 'inventory/optimistic-hotfix',
    code: 11,
    broken: ['no-overpromise', 'promise-kept'],
  },
  { scenario: 'big-billion-day-2021', target: 'inventory/streaming', code: 0, broken: [] },
  { scenario: 'big-billion-day-crash', target: 'inventory/streaming', code: 0, broken: [] },
  { scenario: 'big-billion-day-2020', target: 'inventory/resilient-2021', code: 0, broken: [] },
  { scenario: 'big-billion-day-2020', target: 'inventory/monolith-2020', code: 11, broken: ['no-undersell'] },
  { scenario: 'demonetisation-claim', target: 'wallet/streaming', code: 0, broken: [] },
  { scenario: 'demonetisation-phonepe', target: 'wallet/streaming', code: 0, broken: [] },
  {
    scenario: 'demonetisation-phonepe',
    target: 'wallet/legacy-batch',
    code: 11,
    broken: ['one-effect-per-payment', 'no-negative-balance', 'answered-once'],
  },
  {
    scenario: 'demonetisation-phonepe',
    target: 'wallet/emergency',
    code: 11,
    broken: [
      'money-conserved',
      'one-effect-per-payment',
      'no-lost-payment',
      'blocked-stays-blocked',
      'review-complete',
    ],
  },
  { scenario: 'demonetisation-paytm', target: 'wallet/streaming', code: 0, broken: [] },
  { scenario: 'upi-november-2016', target: 'wallet/streaming', code: 0, broken: [] },
];

describe.skipIf(!nightly)('at the full rate', () => {
  it.each(drills)(
    '$scenario on $target ends with $code',
    { timeout: 900_000 },
    async ({ scenario, target, code, broken }) => {
      await using folder = await emptyFolder();
      const before = await remains();
      const args = ['run', scenario, '--stack', 'local', '--target', target, '--out', 'out', '--quiet'];
      const finished = await toofan(args, folder.path);
      expect(finished.stderr).toBe('');
      const { invariants } = await readRun(`${folder.path}/out`);
      const convicted = invariants.filter(({ verdict }) => verdict === 'fail').map(({ name }) => name);
      expect(convicted).toEqual(expect.arrayContaining(broken));
      expect(finished.code).toBe(code);
      expect(await remainsAfter(before, 10_000)).toEqual([]);
    },
  );
});
