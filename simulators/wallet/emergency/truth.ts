import type { AuditQuery, TruthQuery } from 'toofan';
import { databases } from './sharding.ts';

const effectsSql = `
  SELECT op, leg, account AS key, delta, abs(delta) AS amount_paise, version, pg_xact_commit_timestamp(xmin) AS committed_at
  FROM transactions
  UNION ALL
  SELECT op, 'review', payer, 0, 0, NULL, pg_xact_commit_timestamp(xmin) FROM reviews`;

const balancesSql = 'SELECT account AS key, available, NULL::bigint AS sold, version FROM accounts';

/** The difference between a shard's balances and their opening plus recorded movements, paise. */
const auditSql = `
  SELECT (SELECT coalesce(sum(available - opening), 0) FROM accounts)
    - (SELECT coalesce(sum(delta), 0) FROM transactions) AS paise`;

const ofEachShard = (sql: string): TruthQuery[] => databases.map((store) => ({ store, sql }));

export const effects = ofEachShard(effectsSql);
export const balances = ofEachShard(balancesSql);
export const audits: readonly AuditQuery[] = databases.map((store) => ({ name: store, store, sql: auditSql }));
