import type { ReachedState } from '../domain.ts';
import { isCustomer } from './invariants/staging.ts';

/** Where a wallet breaks: at the last paisa, when nobody knows what the bank did, and when things arrive in the wrong order. */
export const reached: readonly ReachedState[] = [
  {
    state: 'crisis-mode',
    meaning: 'payments decided by the basic rule alone',
    sql: `SELECT count(*) AS value FROM ops WHERE kind = 'payment' AND degraded`,
  },
  {
    state: 'outcome-unknown',
    meaning: 'bank debits reversed because their outcome was unknown in time',
    sql: `SELECT count(DISTINCT op) AS value FROM effects WHERE leg = 'bank-reversal'`,
  },
  {
    state: 'refund-before-payment',
    meaning: 'refunds that arrived before their payment was decided',
    sql: `SELECT count(*) AS value FROM subjects
      WHERE kind = 'refund' AND (subject_decided_at IS NULL OR subject_decided_at > appended_at)`,
  },
  {
    state: 'balance-at-zero',
    meaning: 'customers whose balance ended at zero',
    sql: `SELECT count(*) AS value FROM keys WHERE ${isCustomer} AND opening > 0 AND available = 0`,
  },
];
