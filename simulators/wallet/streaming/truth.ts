import type { AuditQuery, TruthQuery } from 'toofan';
import { bankAudit, bankBalances, bankEffects } from '../../dependencies/bank/truth.ts';
import { shardName, shardNumbers } from './ledger/ledger.ts';

const effectsSql = `
  SELECT op, 'debit' AS leg, debit AS key, -paise AS delta, paise AS amount_paise, debit_version AS version,
    pg_xact_commit_timestamp(xmin) AS committed_at
  FROM transfers WHERE debit_version IS NOT NULL
  UNION ALL
  SELECT op, 'credit', credit, paise, paise, credit_version, pg_xact_commit_timestamp(xmin)
  FROM transfers WHERE credit_version IS NOT NULL
  UNION ALL
  SELECT op, 'review', payer, 0, 0, NULL, pg_xact_commit_timestamp(xmin) FROM reviews`;

const balancesSql = 'SELECT account AS key, available, NULL::bigint AS sold, version FROM accounts';

/** The sum of a shard's accounts, system accounts included, paise: 0 at every moment. */
const auditSql = 'SELECT coalesce(sum(available), 0) AS paise FROM accounts';

const ofEachShard = (sql: string): TruthQuery[] => shardNumbers.map((shard) => ({ store: shardName(shard), sql }));

export const effects: readonly TruthQuery[] = [...ofEachShard(effectsSql), bankEffects];
export const balances: readonly TruthQuery[] = [...ofEachShard(balancesSql), bankBalances];
/** Credits and reviews still on their way; they follow the offsets, because nobody waits for them. */
export const backlog = ofEachShard('SELECT count(*) AS open FROM outbox');
export const audits: readonly AuditQuery[] = [
  ...ofEachShard(auditSql).map((query) => ({ ...query, name: query.store })),
  bankAudit,
];
