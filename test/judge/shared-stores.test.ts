import { expect, test } from 'vitest';

import type { LockLoss } from '../../harness/stack/stack.ts';
import type { SmallHistory } from './a-history.ts';
import { judged } from './judged.ts';
import { order } from './judging.ts';

const oversold = (outcome: LockLoss['outcome']): SmallHistory => ({
  opening: { p: 1 },
  ops: [order(1, 0, 'confirmed', 2, { quantity: 2 })],
  invariants: ['no-overpromise', 'no-lost-order'],
  drill: {
    stack: {
      kind: 'external',
      reason: '',
      versions: {},
      stampedBy: 'broker',
      lockLosses: [{ store: 'postgres.main', outcome }],
    },
  },
});

test.each([
  ['taken-by-another', 'another drill took it'],
  ['not-taken-again', 'it could not be taken again'],
] as const)('a lock that was lost and %s leaves the drill in doubt, whatever broke', async (outcome, said) => {
  const { verdict, invariants, notes } = await judged(oversold(outcome));
  const doubt = `The lock on postgres.main was lost in the drill and ${said}: what the pipeline did to the stores cannot be told from what another drill did`;
  expect(verdict).toBe('inconclusive');
  expect(invariants.find(({ name }) => name === 'no-lost-order')?.verdict).toBe('pass');
  const broken = invariants.find(({ name }) => name === 'no-overpromise');
  expect(broken).toMatchObject({ verdict: 'inconclusive', violations: 0, examples: [], detail: doubt });
  expect(notes.filter((note) => note === doubt)).toHaveLength(1);
});

test('a lock that was lost and taken again is told, and what broke stands', async () => {
  const { verdict, notes } = await judged(oversold('taken-again'));
  expect(verdict).toBe('fail');
  expect(notes).toContain(
    'The lock on postgres.main was lost with its connection and taken again; no other drill came between',
  );
});
