import { arrayOf, numberArray, quotedName } from '../../../worker/ledger-pool.ts';
import { retryTransient } from '../../../worker/retry.ts';
import type { Refund } from '../../shared/wire.ts';
import { code } from '../answers.ts';
import { shardOf } from '../ledger/accounts.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ShardLedger } from '../ledger/shard-ledger.ts';

/** In payment order, so that two workers never deadlock. */
const claimPayments = {
  name: 'claim-payments',
  text: `INSERT INTO refunds (payment, refund)
         SELECT n.payment, n.refund
         FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) n(payment, refund, payer, payee, paise)
         JOIN transfers t ON t.op = n.payment AND t.debit = n.payer AND t.credit = n.payee AND t.paise >= n.paise
           AND t.answer IN (${code.success}, ${code.successDegraded})
         ORDER BY n.payment, n.refund ON CONFLICT DO NOTHING`,
};
const readDecided = {
  name: 'decided-operations',
  text: 'SELECT op FROM transfers WHERE op = ANY($1::bigint[])',
  rowMode: 'array' as const,
};
const readClaims = {
  name: 'read-claims',
  text: 'SELECT refund FROM refunds WHERE payment = ANY($1::bigint[])',
  rowMode: 'array' as const,
};
const releaseClaims = {
  name: 'release-claims',
  text: `DELETE FROM refunds r USING unnest($1::bigint[], $2::bigint[]) n(payment, refund)
         WHERE r.payment = n.payment AND r.refund = n.refund`,
};

/** Refund operations: which may proceed, and which name a payment that is not decided yet. */
export interface Claims {
  readonly goAhead: ReadonlySet<number>;
  readonly early: ReadonlySet<number>;
}

/**
 * A refund may proceed if it is the first for a successful payment of its user to its merchant, and asks for no more than was
 * paid. The payment stays claimed, durably, before any money moves; the claim is a separate transaction on the payer's shard, so
 * that no shard is ever locked while waiting for another.
 */
export async function claim(ledger: Ledger, refunds: readonly Refund[]): Promise<Claims> {
  const byHome = Map.groupBy(refunds, ({ merchant }) => shardOf(merchant));
  const before = await Promise.all(
    Array.from(byHome, ([shard, own]) =>
      decidedOf(
        ledger.shard(shard),
        own.map(({ op }) => op),
      ),
    ),
  );
  // An already decided one moves nothing, and must not block another.
  const goAhead = new Set(before.flat());
  const early = new Set<number>();
  const byPayersShard = Map.groupBy(refunds, ({ user }) => shardOf(user));
  await Promise.all(
    Array.from(byPayersShard, async ([number, all]) => {
      const shard = ledger.shard(number);
      const own = all.filter(({ op }) => !goAhead.has(op));
      if (own.length === 0) return;
      for (const refund of await claimOn(shard, own)) goAhead.add(refund);
      const decided = new Set(
        await decidedOf(
          shard,
          own.map(({ paymentOp }) => paymentOp),
        ),
      );
      for (const { op, paymentOp } of own) if (!goAhead.has(op) && !decided.has(paymentOp)) early.add(op);
    }),
  );
  return { goAhead, early };
}

/** Operations that a shard has decided. */
async function decidedOf({ pool }: ShardLedger, ops: readonly number[]): Promise<number[]> {
  const { rows } = await retryTransient(() => pool.query<[string]>({ ...readDecided, values: [numberArray(ops)] }));
  return rows.map(([op]) => Number(op));
}

/** The refunds that hold the claims on the payments these name. */
async function claimOn({ pool }: ShardLedger, refunds: readonly Refund[]): Promise<number[]> {
  const column = (pick: (refund: Refund) => unknown) => arrayOf(refunds.map((one) => pick(one)));
  const payments = column(({ paymentOp }) => paymentOp);
  const values = [
    payments,
    column(({ op }) => op),
    column(({ user }) => quotedName(user)),
    column(({ merchant }) => quotedName(merchant)),
    column(({ paise }) => paise),
  ];
  await retryTransient(() => pool.query({ ...claimPayments, values }));
  const { rows } = await retryTransient(() => pool.query<[string]>({ ...readClaims, values: [payments] }));
  return rows.map(([refund]) => Number(refund));
}

/** Releases the payments whose refund failed. */
export async function release(ledger: Ledger, refunds: readonly Refund[]): Promise<void> {
  const byShard = Map.groupBy(refunds, ({ user }) => shardOf(user));
  await Promise.all(
    Array.from(byShard, async ([shard, own]) => {
      const values = [numberArray(own.map(({ paymentOp }) => paymentOp)), numberArray(own.map(({ op }) => op))];
      await retryTransient(() => ledger.shard(shard).pool.query({ ...releaseClaims, values }));
    }),
  );
}
