import type { PostgresAddress } from '../stack/stack.ts';
import type { AuditQuery } from '../target/target.ts';
import type { Probe, Reading } from './probe.ts';
import { StoreConnection } from './store-connection.ts';

/** An audit reads whole tables: not five times a second. */
const everyMs = 1_000;
/** Timeout for one audit: an open snapshot keeps the store from discarding old rows. */
const answersWithinMs = 5_000;

/**
 * The audits of one store, one after another over a connection of their own, each in one snapshot: samples `audit` by name, in
 * paise. None while the store does not answer. Disposing closes the connection.
 */
export function auditsProbe(audits: readonly AuditQuery[], direct: PostgresAddress): Probe & AsyncDisposable {
  const limits = { application_name: 'toofan-audit', statement_timeout: answersWithinMs };
  const connection = new StoreConnection({ ...direct, ...limits }, answersWithinMs);
  const ask = ({ name, sql }: AuditQuery): Promise<Reading> =>
    connection.use(async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      const { rows } = await client.query<[unknown]>({ text: sql, rowMode: 'array' });
      await client.query('COMMIT');
      const value = rows[0]?.[0];
      // The sum of no rows is NULL, not a number: an audit that means zero must say so.
      if (value === null || !Number.isFinite(Number(value))) throw new Error(`the audit ${name} returns no number`);
      return { probe: 'audit', subject: name, value: Number(value), unit: 'paise' };
    });
  return {
    everyMs,
    async sample() {
      const readings: Reading[] = [];
      // Anything read before the store went away was true.
      for (const audit of audits) {
        const reading = await ask(audit).catch(() => null);
        if (reading !== null) readings.push(reading);
      }
      return readings;
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
