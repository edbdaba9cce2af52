import type { Invariant } from '../../domain.ts';

/** More than any amount in paise: the worst find comes first, whatever it is about. */
const worst = 1e15;

/**
 * `faulty`: `money` with what is wrong: fault (`moved`, `repeated`, or what to say of it), times and paise (the most that any leg
 * moved). What an operation moved is held against what was said of it: told that it did not happen, and it did, is the worst, as
 * nobody looks for that money again. What must have moved and has not is excused while some group is yet to
 * see the operation; a credit, which may come from another shard, until the drain; a bank's reversal as well.
 */
export const faulty = `
  CREATE TABLE faulty AS
  SELECT * FROM (
  SELECT *, greatest(debits, credits, bank_debits, reversals) AS times,
    greatest(abs(debited), abs(credited), abs(bank_debited + reversed)) AS paise, CASE
      WHEN answer <> 'success' AND (debits + credits > 0 OR (bank_debited + reversed <> 0 AND drained_at IS NOT NULL)) THEN 'moved'
      WHEN greatest(debits, credits, bank_debits, reversals) > 1 THEN 'repeated'
      WHEN effects > debits + credits + bank_debits + reversals THEN 'something else moved'
      WHEN answer IS NULL OR answer <> 'success' THEN NULL
      WHEN kind = 'add_money' AND debits > 0 OR kind <> 'add_money' AND bank_debits + reversals > 0 THEN 'something else moved'
      WHEN reversals > 0 THEN 'given back by the bank'
      WHEN kind = 'add_money' AND bank_debits = 0 AND credits > 0 THEN 'the bank was not debited'
      WHEN kind = 'add_money' AND bank_debits = 0 AND settled THEN 'nothing moved'
      WHEN kind <> 'add_money' AND debits + credits = 0 AND settled THEN 'nothing moved'
      WHEN kind <> 'add_money' AND debits = 0 AND credits > 0 AND settled THEN key || ' was not debited'
      WHEN credits = 0 AND debits + bank_debits > 0 AND drained_at IS NOT NULL AND settled
        THEN CASE WHEN kind = 'add_money' THEN key ELSE other_key END || ' was not credited'
      WHEN debited NOT IN (0, -amount_paise) OR credited NOT IN (0, amount_paise) OR bank_debited NOT IN (0, -amount_paise)
        THEN 'another amount moved: ' || rupees(paise)
      WHEN debits > 0 AND debit_key IS DISTINCT FROM key::VARCHAR OR bank_debits > 0 AND bank_key IS DISTINCT FROM other_key::VARCHAR
        OR credits > 0 AND credit_key IS DISTINCT FROM CASE WHEN kind = 'add_money' THEN key ELSE other_key END::VARCHAR
        THEN 'another account was moved'
    END AS fault
  FROM money, drill) WHERE fault IS NOT NULL`;

/** Refunds that moved money, of payments that did not succeed, or that were refunded before. Undecided may have succeeded. */
export const wrongRefunds = `
  SELECT op, key, subject_op, amount_paise, decided_at, nth, subject_answer, subject_submitted FROM (
    SELECT *, row_number() OVER (PARTITION BY subject_op ORDER BY decided_at NULLS LAST, op) AS nth
    FROM subjects WHERE kind = 'refund' AND effects > 0
  ) WHERE nth > 1 OR subject_answer <> 'success'
    OR (NOT subject_submitted AND subject_op NOT IN (SELECT op FROM ops WHERE lost_acks > 0))`;

const strays = `
  SELECT s.key, [op], NULL, paise::DOUBLE, rupees(paise) || ' moved in ' || "rows" || ' effects of an operation that nobody submitted'
  FROM stray_effects s JOIN (
    SELECT op, sum(abs(delta))::BIGINT AS paise FROM effects WHERE op IN (SELECT op FROM stray_effects) GROUP BY op
  ) USING (op)
  WHERE op NOT IN (SELECT op FROM ops WHERE lost_acks > 0)`;

/** A success has one debit and one credit, of its amount and on its accounts; anything else has none. */
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
      'refund of ' || rupees(amount_paise) || ' of a payment that '
        || CASE WHEN NOT subject_submitted THEN 'nobody submitted'
             WHEN subject_answer <> 'success' THEN 'was answered ' || subject_answer ELSE 'was refunded before' END
    FROM (${wrongRefunds})
    UNION ALL ${strays}`,
};
