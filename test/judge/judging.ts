import { expect, test } from 'vitest';

import type { SmallHistory, SmallOp } from './a-history.ts';
import { invariantOf } from './judged.ts';

export const order = (
  op: number,
  at: SmallOp['at'],
  answer?: string,
  decidedAt = 0,
  more: Partial<SmallOp> = {},
): SmallOp => ({
  op,
  at,
  ...(answer === undefined ? {} : { answers: [[answer, decidedAt]] }),
  ...more,
});
export const about = (
  kind: 'cancellation' | 'return',
  op: number,
  of: number,
  at: number,
  answer?: string,
  decidedAt = 0,
): SmallOp => order(op, at, answer, decidedAt, { kind, of });
export const restock = (op: number, at: number, quantity: number, answer?: string, decidedAt = 0): SmallOp =>
  order(op, at, answer, decidedAt, { kind: 'restock', quantity });

/**
 * The tests of one invariant: what it must acquit, what it must convict and with which counterexample, and what must be
 * inconclusive and why.
 */
export const judging = (name: string) => ({
  acquits: (title: string, ...histories: readonly SmallHistory[]) => {
    test(`acquits ${title}`, async () => {
      for (const small of histories)
        expect(await invariantOf(name, small)).toMatchObject({ verdict: 'pass', violations: 0, examples: [] });
    });
  },
  doubts: (title: string, detail: string, ...histories: readonly SmallHistory[]) => {
    test(`leaves open ${title}`, async () => {
      for (const small of histories)
        expect(await invariantOf(name, small)).toMatchObject({ verdict: 'inconclusive', detail, examples: [] });
    });
  },
  convicts: (title: string, small: SmallHistory, example: object, violations = 1) => {
    test(`convicts ${title}`, async () => {
      const result = await invariantOf(name, small);
      expect(result).toMatchObject({ verdict: 'fail', violations });
      expect(result.examples[0]).toMatchObject(example);
    });
  },
});
