import type { PostgresAddress } from '../stack/stack.ts';
import type { AuditQuery } from '../target/target.ts';
import type { Probe, Reading } from './probe.ts';
import { StoreConnection } from './store-connection.ts';

/** An audit reads whole tables: not five times a second. */
const everyMs = 1_000;
/** What takes longer than this is given up: a snapshot that is held keeps the store from forgetting old rows. */
const answersWithinMs = 5_000;

/**
 * The audits of one store, one after the other over a connection of their own, each in one snapshot: samples `audit` by name, in
 * paise. While the store does not answer there are none. Disposing closes the connection.
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
      // The sum of no rows is no number: an audit that means zero says so.
      if (value === null || !Number.isFinite(Number(value))) throw new Error(`the audit ${name} returns no number`);
      return { probe: 'audit', subject: name, value: Number(value), unit: 'paise' };
    });
  return {
    everyMs,
    async sample() {
      const readings: Reading[] = [];
      // What was read before the store went away was true.
      for (const audit of audits) {
        const reading = await ask(audit).catch(() => null);
        if (reading !== null) readings.push(reading);
      }
      return readings;
    },
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}
