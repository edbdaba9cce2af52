import type { Invariant } from '../../domain.ts';

/** More than any amount in paise: sorts the worst finding first, whatever its amount. */
const worst = 1e15;

/**
 * `faulty`: `money` with its fault: fault (`moved`, `repeated`, or a description), times and paise (the most that any leg moved).
 * What an operation moved is compared with its answer: moving money after answering that it did not happen is the worst, because
 * nobody looks for that money again. Account and amount are compared with the operation, whatever was answered. A missing
 * movement is excused while some group has yet to read the operation; a credit, which may come from another shard, until the
 * drain; a bank's reversal as well.
 */
export const faulty = `
  CREATE TABLE faulty AS
  SELECT * FROM (
  SELECT *, greatest(debits, credits, bank_debits, reversals) AS times,
    greatest(abs(debited), abs(credited), abs(bank_debited + reversed)) AS paise, CASE
      WHEN answer <> 'success' AND (debits + credits > 0 OR (bank_debited + reversed <> 0 AND drained_at IS NOT NULL)) THEN 'moved'
      WHEN greatest(debits, credits, bank_debits, reversals) > 1 THEN 'repeated'
      WHEN effects > debits + credits + bank_debits + reversals THEN 'something else moved'
      WHEN kind = 'add_money' AND debits > 0 OR kind <> 'add_money' AND bank_debits + reversals > 0 THEN 'something else moved'
      WHEN debited NOT IN (0, -amount_paise) OR credited NOT IN (0, amount_paise) OR bank_debited NOT IN (0, -amount_paise)
        OR reversed NOT IN (0, amount_paise) THEN 'wrong amount moved: ' || rupees(paise_of_legs)
      WHEN debits > 0 AND debit_key IS DISTINCT FROM key::VARCHAR OR bank_debits > 0 AND bank_key IS DISTINCT FROM other_key::VARCHAR
        OR reversals > 0 AND reversal_key IS DISTINCT FROM other_key::VARCHAR
        OR credits > 0 AND credit_key IS DISTINCT FROM CASE WHEN kind = 'add_money' THEN key ELSE other_key END::VARCHAR
        THEN 'wrong account moved'
      WHEN mislabelled THEN 'a ledger row states a different amount from the one it moved'
      WHEN reversals > 0 AND bank_debits = 0 AND settled THEN 'the bank reversed a debit it never made'
      WHEN answer IS NULL OR answer <> 'success' THEN NULL
      WHEN reversals > 0 THEN 'reversed by the bank'
      WHEN kind = 'add_money' AND bank_debits = 0 AND credits > 0 THEN 'the bank was not debited'
      WHEN kind = 'add_money' AND bank_debits = 0 AND settled THEN 'nothing moved'
      WHEN kind <> 'add_money' AND debits + credits = 0 AND settled THEN 'nothing moved'
      WHEN kind <> 'add_money' AND debits = 0 AND credits > 0 AND settled THEN key || ' was not debited'
      WHEN credits = 0 AND debits + bank_debits > 0 AND drained_at IS NOT NULL AND settled
        THEN CASE WHEN kind = 'add_money' THEN key ELSE other_key END || ' was not credited'
    END AS fault
  FROM (SELECT *, greatest(abs(debited), abs(credited), abs(bank_debited), abs(reversed)) AS paise_of_legs FROM money), drill)
  WHERE fault IS NOT NULL`;

/**
 * `wrong_refunds`: op, key, subject_op, amount_paise, decided_at, why: refunds that moved money for a payment that did not
 * succeed, had other parties or a smaller amount, or was already refunded. An undecided payment may have succeeded; one that the
 * broker lost was submitted.
 */
export const wrongRefunds = `
  CREATE TABLE wrong_refunds AS
  SELECT op, key, subject_op, amount_paise, decided_at, why FROM (
    SELECT r.op, r.key, r.subject_op, r.amount_paise, r.decided_at, CASE
      WHEN NOT r.subject_submitted AND coalesce(p.lost_acks, 0) = 0 THEN 'was never submitted'
      WHEN r.subject_answer <> 'success' THEN 'was answered ' || r.subject_answer
      WHEN p.kind <> 'payment' OR p.key IS DISTINCT FROM r.other_key OR p.other_key IS DISTINCT FROM r.key
        THEN r.other_key || ' did not make to ' || r.key
      WHEN p.amount_paise < r.amount_paise THEN 'was of ' || rupees(p.amount_paise)
      WHEN row_number() OVER (PARTITION BY r.subject_op ORDER BY r.decided_at NULLS LAST, r.op) > 1 THEN 'was refunded before' END AS why
    FROM (FROM subjects WHERE kind = 'refund' AND effects > 0) r LEFT JOIN ops p ON p.op = r.subject_op
  ) WHERE why IS NOT NULL`;

/** Effects that nobody submitted: of an unknown operation, by operation; without an operation, by account. */
const strays = `
  SELECT s.key, CASE WHEN s.op IS NULL THEN [] ELSE [s.op] END, NULL, coalesce(paise, 0)::DOUBLE, rupees(coalesce(paise, 0)) || ' moved in '
    || "rows" || CASE WHEN s.op IS NULL THEN ' effects that name no operation' ELSE ' effects of an operation never submitted' END
  FROM stray_effects s LEFT JOIN (
    SELECT op, CASE WHEN op IS NULL THEN key END AS account, sum(abs(delta))::BIGINT AS paise FROM effects
    WHERE op IS NULL OR op IN (SELECT op FROM stray_effects) GROUP BY ALL
  ) m ON m.op IS NOT DISTINCT FROM s.op AND (s.op IS NOT NULL OR m.account IS NOT DISTINCT FROM s.key)
  WHERE s.op IS NULL OR s.op NOT IN (SELECT op FROM ops WHERE lost_acks > 0)`;

/** Rows that move nothing: nobody's, or another's. */
const idlers = `
  SELECT coalesce(key, ''), [op], NULL, coalesce(paise, 0)::DOUBLE, CASE WHEN leg = 'review' THEN 'a review' ELSE 'a ledger row that moves nothing' END
    || CASE WHEN paise IS NULL THEN ' for an operation never submitted' ELSE ' that does not belong to its operation' END
  FROM idle WHERE paise IS NOT NULL OR op NOT IN (SELECT op FROM stray_effects WHERE op IS NOT NULL)`;

/**
 * A success has one debit and one credit, of its amount and on its accounts; any other answer has none; and every row of the
 * ledger belongs to an operation.
 */
export const oneEffectPerPayment: Invariant = {
  name: 'one-effect-per-payment',
  promise:
    'A success moves its amount exactly once, any other answer moves nothing, and a payment is refunded at most once.',
  needs: ['operations', 'appends', 'decisions', 'effects'],
  counterexamples: `
    SELECT key::VARCHAR AS key, [op] AS ops, decided_at AS "at", (${worst} + paise)::DOUBLE AS harm,
      'TOLD ' || upper(answer::VARCHAR) || ', AND THE MONEY MOVED: ' || kind || ' of ' || rupees(amount_paise) || ', '
        || concat_ws(' and ', CASE WHEN debits > 0 THEN rupees(-debited) || ' left ' || coalesce(debit_key, 'another account') END,
             CASE WHEN bank_debited + reversed <> 0 THEN rupees(-(bank_debited + reversed)) || ' left the bank' END,
             CASE WHEN credits > 0 THEN rupees(credited) || ' reached ' || coalesce(credit_key, 'another account') END) AS detail
    FROM faulty WHERE fault = 'moved'
    UNION ALL
    SELECT key::VARCHAR, [op], decided_at, ((times - 1) * amount_paise)::DOUBLE,
      kind || ' of ' || rupees(amount_paise) || ', answered ' || coalesce(answer::VARCHAR, 'nothing') || ', moved again: '
        || concat_ws(', ', CASE WHEN debits > 1 THEN debits || ' debits' END, CASE WHEN credits > 1 THEN credits || ' credits' END,
             CASE WHEN bank_debits > 1 THEN bank_debits || ' debits at the bank' END,
             CASE WHEN reversals > 1 THEN reversals || ' reversals' END)
    FROM faulty WHERE fault = 'repeated'
    UNION ALL
    SELECT key::VARCHAR, [op], decided_at, amount_paise::DOUBLE,
      kind || ' of ' || rupees(amount_paise) || ', answered ' || coalesce(answer::VARCHAR, 'nothing') || ': ' || fault
    FROM faulty WHERE fault NOT IN ('moved', 'repeated')
    UNION ALL
    SELECT key::VARCHAR, [subject_op, op], decided_at, amount_paise::DOUBLE,
      'refund of ' || rupees(amount_paise) || ' of a payment that ' || why
    FROM wrong_refunds
    UNION ALL ${strays}
    UNION ALL ${idlers}`,
};
