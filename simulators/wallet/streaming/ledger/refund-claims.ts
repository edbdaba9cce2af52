import { arrayOf, numberArray, quotedName } from '../../../worker/ledger-pool.ts';
import { retryTransient } from '../../../worker/retry.ts';
import type { Refund } from '../../shared/wire.ts';
import { code } from '../answers.ts';
import { shardOf } from './accounts.ts';
import type { Ledger } from './ledger.ts';

/** In the order of the payments, so that two workers never wait for each other in a ring. */
const claimPayments = {
  name: 'claim-payments',
  text: `INSERT INTO refunds (payment, refund)
         SELECT n.payment, n.refund
         FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) n(payment, refund, payer, payee, paise)
         JOIN transfers t ON t.op = n.payment AND t.debit = n.payer AND t.credit = n.payee AND t.paise >= n.paise
           AND t.answer IN (${code.success}, ${code.successDegraded})
         ORDER BY n.payment, n.refund ON CONFLICT DO NOTHING`,
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

/**
 * Which refunds may go ahead: those that are the first to name a payment of their user to their merchant that succeeded, and
 * ask for no more than was paid. The payment stays claimed, durably, before any money moves; the claim is a transaction of its
 * own on the payer's shard, so that no shard is ever locked while another is waited for.
 */
export async function claim(ledger: Ledger, refunds: readonly Refund[]): Promise<ReadonlySet<number>> {
  const claimed = new Set<number>();
  const byShard = Map.groupBy(refunds, ({ user }) => shardOf(user));
  await Promise.all(
    Array.from(byShard, async ([shard, own]) => {
      const { pool } = ledger.shard(shard);
      const column = (pick: (refund: Refund) => unknown) => arrayOf(own.map((one) => pick(one)));
      const values = [
        column(({ paymentOp }) => paymentOp),
        column(({ op }) => op),
        column(({ user }) => quotedName(user)),
        column(({ merchant }) => quotedName(merchant)),
        column(({ paise }) => paise),
      ];
      await retryTransient(() => pool.query({ ...claimPayments, values }));
      const { rows } = await retryTransient(() =>
        pool.query<[string]>({ ...readClaims, values: [numberArray(own.map(({ paymentOp }) => paymentOp))] }),
      );
      for (const [refund] of rows) claimed.add(Number(refund));
    }),
  );
  return claimed;
}

/** Gives the payments free again whose refund did not come about. */
export async function release(ledger: Ledger, refunds: readonly Refund[]): Promise<void> {
  const byShard = Map.groupBy(refunds, ({ user }) => shardOf(user));
  await Promise.all(
    Array.from(byShard, async ([shard, own]) => {
      const values = [numberArray(own.map(({ paymentOp }) => paymentOp)), numberArray(own.map(({ op }) => op))];
      await retryTransient(() => ledger.shard(shard).pool.query({ ...releaseClaims, values }));
    }),
  );
}
