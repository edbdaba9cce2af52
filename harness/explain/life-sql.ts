import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { HistoryTable } from '../history/schema.ts';

/**
 * What a user may name: a key, with everything that concerns it; or an operation, with those it refers to and those that refer to
 * it.
 */
export type NamedSubject = { readonly key: string } | { readonly op: number };
/** Whose events: the named subject's, or only these operations'. */
export type Subject = NamedSubject | { readonly ops: readonly number[] };

/** What the query needs to know about the drill. */
export interface LifeAbout {
  readonly measure: Domain['measure'];
  /** The read model, by its store name in `balances`; null if there is none. */
  readonly readModel: string | null;
  /** Tables that have a part; the query omits the others. */
  readonly tables: ReadonlySet<HistoryTable>;
}

/** A query as its common table expressions and final select, so that others can go before it. */
export interface LifeSql {
  readonly ctes: Readonly<Record<string, string>>;
  readonly select: string;
}

/**
 * The events of a subject in order: at (µs), event, op, attempt, kind (of operation), key, detail, asked, change, and remaining:
 * what the key held then, its opening balance plus every effect until then. `remaining` is null if unknown: without an opening
 * balance, and for keys whose effects have no versions.
 */
export function lifeSql(subject: Subject, about: LifeAbout): LifeSql {
  const tables = Object.entries(momentsOf(subject, about)).filter(([table]) => about.tables.has(table as HistoryTable));
  return {
    ctes: {
      chosen: chosenSql(subject),
      owner: ownerSql(subject),
      involved: involvedSql(subject),
      held: heldSql(about),
      moved: movedSql(about),
      moments: tables.flatMap(([, moments]) => moments).join('\n  UNION ALL BY NAME\n'),
    },
    select: `
SELECT m."at", event, op, attempt, kind, m.key, detail, asked, change, coalesce(m.remaining, CASE WHEN event <> 'effect' OR change = 0 THEN h.remaining END) AS remaining
FROM moments m ASOF LEFT JOIN held h ON m.key = h.key AND m."at" >= h.committed_at
ORDER BY CASE event WHEN 'opening' THEN 0 WHEN 'closing' THEN 2 ELSE 1 END, m."at" // 1000, place, m."at", version, op, attempt, detail`,
  };
}

/** The operations covered. */
function chosenSql(subject: Subject): string {
  if ('ops' in subject) return `  SELECT unnest([${subject.ops.join(', ')}]::BIGINT[]) AS op`;
  if ('op' in subject)
    return `  SELECT ${subject.op}::BIGINT AS op
  UNION SELECT subject_op FROM operations WHERE op = ${subject.op} AND subject_op IS NOT NULL
  UNION SELECT op FROM operations WHERE subject_op = ${subject.op}`;
  const key = sqlText(subject.key);
  return `  SELECT op FROM operations WHERE key = ${key} OR other_key = ${key}
  UNION SELECT op FROM decisions WHERE key = ${key} AND op IS NOT NULL
  UNION SELECT op FROM effects WHERE key = ${key} AND op IS NOT NULL`;
}

/** The key whose balance is shown next to an operation's events, `key`, and the operation's own key. */
const ownerSql = (subject: Subject): string =>
  `  SELECT op, ${'key' in subject ? sqlText(subject.key) : 'min_by(key, attempt)'} AS key, min_by(key, attempt) AS own FROM operations WHERE op IN (FROM chosen) GROUP BY op`;

/** The keys whose balances are shown. */
const involvedSql = (subject: Subject): string =>
  'key' in subject
    ? `  SELECT ${sqlText(subject.key)} AS key`
    : `  SELECT key FROM owner WHERE key IS NOT NULL
  UNION SELECT other_key FROM operations WHERE op IN (FROM chosen) AND other_key IS NOT NULL
  UNION SELECT key FROM effects WHERE op IN (FROM chosen) AND key IS NOT NULL`;

const openings = ({ readModel }: LifeAbout): string =>
  `FROM balances WHERE moment = 'before' AND key IN (FROM involved)${readModel === null ? '' : ` AND store <> ${sqlText(readModel)}`}`;

/** What a key held from a moment on; unknown for a key that several stores have. */
const heldSql = (
  about: LifeAbout,
): string => `  SELECT key, committed_at, sum(change) OVER (PARTITION BY key ORDER BY committed_at)::BIGINT AS remaining
  FROM (
    SELECT store, key, 0 AS committed_at, available AS change ${openings(about)}
    UNION ALL SELECT store, key, committed_at, sum(delta) FROM effects WHERE key IN (FROM involved) GROUP BY ALL
  )
  QUALIFY min(store) OVER (PARTITION BY key) = max(store) OVER (PARTITION BY key)
    AND bool_or(committed_at = 0) OVER (PARTITION BY key) AND bool_and(committed_at IS NOT NULL) OVER (PARTITION BY key)`;

/** What each effect left, in version order. */
const movedSql = (
  about: LifeAbout,
): string => `  SELECT effects.*, CASE WHEN version IS NOT NULL AND bool_and(version IS NOT NULL OR delta = 0) OVER (PARTITION BY store, key)
    THEN (opening + sum(delta) OVER (PARTITION BY store, key ORDER BY version, committed_at, op ROWS UNBOUNDED PRECEDING))::BIGINT END AS remaining
  FROM effects LEFT JOIN (SELECT store, key, available AS opening ${openings(about)}) USING (store, key)
  WHERE key IN (FROM involved) OR op IN (FROM chosen)`;

const asked = { units: 'quantity', paise: 'amount_paise' } as const;

/** Each table's contribution, as rows of `moments`. */
const momentsOf = (subject: Subject, about: LifeAbout): Partial<Record<HistoryTable, string>> => ({
  operations: `  SELECT coalesce(sent_at, planned_at) AS "at", 1 AS place, CASE WHEN sent_at IS NULL THEN 'planned' ELSE 'sent' END AS event,
    op, attempt, kind, owner.key, concat_ws(', ',
      CASE WHEN other_key IS NOT NULL THEN operations.key || ' / ' || other_key END, 'of op ' || subject_op,
      CASE WHEN attempt > 1 THEN 'attempt ' || attempt END,
      CASE WHEN sent_at - planned_at >= 1000 THEN (sent_at - planned_at) // 1000 || ' ms late' END,
      CASE WHEN outcome <> 'ok' THEN outcome END, error) AS detail,
    ${about.measure === undefined ? 'NULL' : asked[about.measure]}::BIGINT AS asked, NULL::BIGINT AS change, NULL::BIGINT AS version, NULL::BIGINT AS remaining
  FROM operations LEFT JOIN owner USING (op) WHERE op IN (FROM chosen)`,
  requests: `  SELECT sent_at AS "at", 2 AS place, 'requested' AS event, op, attempt, owner.key, concat_ws(', ', request, 'status ' || status, error) AS detail
  FROM requests LEFT JOIN owner USING (op) WHERE op IN (FROM chosen)`,
  appends: `  SELECT appended_at AS "at", 3 AS place, 'appended' AS event, op, attempt, owner.key, topic || ' ' || "partition" || '@' || "offset" AS detail
  FROM appends LEFT JOIN owner USING (op) WHERE op IN (FROM chosen)`,
  effects: `  SELECT committed_at AS "at", 4 AS place, 'effect' AS event, op, key, concat_ws(', ', leg || ' in ' || store,
      CASE WHEN delta IS NOT DISTINCT FROM 0 THEN amount_paise || ' paise' END, 'version ' || version) AS detail,
    ${about.measure === undefined ? 'NULL::BIGINT' : 'delta'} AS change, version, remaining
  FROM moved WHERE ${'key' in subject ? 'key IN (FROM involved)' : 'op IN (FROM chosen)'}`,
  decisions: `  SELECT decided_at AS "at", 5 AS place, 'decided' AS event, op, coalesce(owner.key, decisions.key) AS key, concat_ws(', ', coalesce(answer, 'no word'),
      CASE WHEN mode <> 'full' THEN mode END, reason, CASE WHEN own <> decisions.key THEN 'under the key ' || decisions.key END) AS detail
  FROM decisions LEFT JOIN owner USING (op) WHERE op IN (FROM chosen)`,
  answers: `  SELECT answered_at AS "at", 6 AS place, 'told' AS event, op, attempt, owner.key, concat_ws(' over ', answer, channel) AS detail
  FROM answers LEFT JOIN owner USING (op) WHERE op IN (FROM chosen)`,
  balances: `  SELECT NULL::BIGINT AS "at", 0 AS place, CASE moment WHEN 'before' THEN 'opening' ELSE 'closing' END AS event, key,
    ${about.readModel === null ? "'in ' || store" : `CASE WHEN store = ${sqlText(about.readModel)} THEN 'shown by ' || store ELSE 'in ' || store END`} AS detail, available AS remaining
  FROM balances WHERE key IN (FROM involved)`,
});
