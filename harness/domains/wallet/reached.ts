import type { ReachedState } from '../domain.ts';
import { isCustomer } from './invariants/staging.ts';

/** Where a wallet breaks: at the last paisa, where nobody knows what the bank did, and where things come in the wrong order. */
export const reached: readonly ReachedState[] = [
  {
    state: 'crisis-mode',
    meaning: 'payments that went by the basic rule alone',
    sql: `SELECT count(*) AS value FROM ops WHERE kind = 'payment' AND degraded`,
  },
  {
    state: 'outcome-unknown',
    meaning: 'debits at a bank that had to be taken back, as their outcome was not known in time',
    sql: `SELECT count(DISTINCT op) AS value FROM effects WHERE leg = 'bank-reversal'`,
  },
  {
    state: 'refund-before-payment',
    meaning: 'refunds that came before their payment was decided',
    sql: `SELECT count(*) AS value FROM subjects
      WHERE kind = 'refund' AND (subject_decided_at IS NULL OR subject_decided_at > appended_at)`,
  },
  {
    state: 'balance-at-zero',
    meaning: 'customers who ended with nothing of what they had',
    sql: `SELECT count(*) AS value FROM keys WHERE ${isCustomer} AND opening > 0 AND available = 0`,
  },
];
