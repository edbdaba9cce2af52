import type { Invariant } from '../domain.ts';

/** No decision on an operation that was never submitted. One that the broker acknowledged and then lost was submitted. */
export const noPhantomDecision: Invariant = {
  name: 'no-phantom-decision',
  promise: 'Nothing is decided that was never submitted.',
  needs: ['operations', 'appends', 'decisions'],
  counterexamples: `
    SELECT key, [op] AS ops, decided_at AS "at", 1::DOUBLE AS harm,
      'decided ' || answer || ', but the input log holds no such operation' AS detail
    FROM phantoms WHERE op NOT IN (SELECT op FROM ops WHERE lost_acks > 0)`,
};
