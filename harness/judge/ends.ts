import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { DrillRecord, OffsetRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';

/**
 * What was appended, decided or committed after the end was read belongs to no verdict, and is taken out of the history's views:
 * operations that are in the log only beyond its end, with all that came of them; decisions and effects beyond it of the others, which
 * go into `unfinished` (op): what was yet to come of them is not known. `late_effects`: store, key, of effects that were taken out.
 *
 * The end is that of each partition, and `closedAt`: by the clock of the harness, which stamps of others are held against by what
 * came first of each.
 */
export async function setAsideWhatIsLate(history: History): Promise<void> {
  const { drill } = history;
  await history.run(`
    CREATE TABLE unfinished (op BIGINT); CREATE TABLE late_effects (store VARCHAR, key VARCHAR);
    CREATE TABLE log_ends (role VARCHAR, topic VARCHAR, "partition" INTEGER, log_end BIGINT)`);
  const ends = endsOf(drill);
  if (ends.length > 0) await history.run(`INSERT INTO log_ends VALUES ${ends.join(', ')}`);
  const [first] = await history.rows<{ sent: number | null; appended: number | null }>(
    'SELECT (SELECT min(sent_at) FROM operations) AS sent, (SELECT min(appended_at) FROM appends) AS appended',
  );
  const sentAt = first?.sent ?? first?.appended ?? 0;
  const closed = { broker: drill.closedAt + (first?.appended ?? sentAt) - sentAt, sentAt, at: drill.closedAt };
  await setAsideOperations(history, closed.broker);
  await setAsideDecisions(history, closed.broker);
  if (history.tables.has('effects')) await setAsideEffects(history, closed);
}

const row = ({ role, topic, partition, end }: Pick<OffsetRecord, 'role' | 'topic' | 'partition' | 'end'>) =>
  `(${sqlText(role)}, ${sqlText(topic)}, ${partition}, ${end})`;

/** One row a partition; a decision names no topic, so that its partition's end is the furthest of any. */
function endsOf({ offsets }: DrillRecord): string[] {
  const furthest = new Map<number, number>();
  for (const { role, partition, end } of offsets)
    if (role === 'decisions') furthest.set(partition, Math.max(end, furthest.get(partition) ?? 0));
  return [
    ...offsets.filter(({ role }) => role === 'input').map(row),
    ...[...furthest].map(([partition, end]) => row({ role: 'decisions', topic: '', partition, end })),
  ];
}

/** Replaces a view by its rows that meet a condition. */
const keepOnly = (view: string, condition: string): string =>
  `ALTER VIEW ${view} RENAME TO whole_${view}; CREATE VIEW ${view} AS SELECT * FROM whole_${view} WHERE ${condition}`;

const isBeyond = (role: string, on: string, stamp: string, closedAt: number): string =>
  `(${stamp} > ${closedAt} OR "offset" >= (SELECT log_end FROM log_ends l WHERE role = '${role}' AND ${on}))`;

async function setAsideOperations(history: History, closedAt: number): Promise<void> {
  const beyond = isBeyond('input', 'l.topic = a.topic AND l."partition" = a."partition"', 'appended_at', closedAt);
  await history.run(`
    CREATE TABLE late_ops AS SELECT DISTINCT op FROM appends a WHERE ${beyond} AND op IS NOT NULL;
    DELETE FROM late_ops WHERE op IN (SELECT op FROM appends a WHERE op IN (FROM late_ops) AND NOT coalesce(${beyond}, false))`);
  if ((await countOf(history, 'late_ops')) === 0) return;
  for (const view of ['operations', 'appends', 'decisions', 'effects', 'answers'])
    await history.run(keepOnly(view, 'op IS NULL OR op NOT IN (FROM late_ops)'));
}

async function setAsideDecisions(history: History, closedAt: number): Promise<void> {
  const beyond = isBeyond('decisions', 'l."partition" = d."partition"', 'decided_at', closedAt);
  await history.run(`CREATE TABLE late_decisions AS SELECT op, "partition", "offset" FROM decisions d WHERE ${beyond}`);
  if ((await countOf(history, 'late_decisions')) === 0) return;
  await history.run(`
    INSERT INTO unfinished SELECT op FROM late_decisions;
    ALTER VIEW decisions RENAME TO all_decisions;
    CREATE VIEW decisions AS SELECT * FROM all_decisions ANTI JOIN late_decisions USING ("partition", "offset")`);
}

/**
 * A store's clock may be ahead of the harness's: by no more than its first effect came after the first sending. It is behind where its
 * first effect came before, and most of its effects before their operations; else that one stamp is wrong, and says nothing of an end.
 */
async function setAsideEffects(
  history: History,
  { at, sentAt }: { readonly at: number; readonly sentAt: number },
): Promise<void> {
  await history.run(`
    CREATE TABLE store_ends AS SELECT coalesce(store, '') AS store, ${at} + min(committed_at) - ${sentAt} AS closed_at FROM effects
    GROUP BY 1 HAVING max(committed_at) > closed_at`);
  if ((await countOf(history, 'store_ends')) === 0) return;
  await history.run(`
    UPDATE store_ends SET closed_at = ${at} WHERE closed_at < ${at} AND store NOT IN (
      SELECT coalesce(store, '') FROM effects JOIN (SELECT op, min(appended_at) AS appended_at FROM appends GROUP BY op) USING (op)
      GROUP BY 1 HAVING median(committed_at - appended_at) < 0)`);
  const isLate = `committed_at > (SELECT closed_at FROM store_ends s WHERE s.store = coalesce(e.store, ''))`;
  await history.run(`
    INSERT INTO late_effects SELECT store, key FROM effects e WHERE ${isLate};
    INSERT INTO unfinished SELECT op FROM effects e WHERE ${isLate} AND op IS NOT NULL;
    ALTER VIEW effects RENAME TO all_effects;
    CREATE VIEW effects AS SELECT * FROM all_effects e WHERE NOT coalesce(${isLate}, false)`);
}

async function countOf(history: History, table: string): Promise<number> {
  const [found] = await history.rows<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
  return found?.n ?? 0;
}

/** Whether nothing but silence can have told that all was worked off; older histories say only which groups there were. */
const isEndUnknown = ({ target, offsets }: Pick<DrillRecord, 'target' | 'offsets'>): boolean => {
  const inputs = offsets.filter(({ role }) => role === 'input');
  const ungrouped = inputs.length > 0 && inputs.every(({ committed }) => Object.keys(committed).length === 0);
  return target.tellsItsEnd === false || (target.tellsItsEnd === undefined && ungrouped);
};

/** The record with no time of a drain that nobody can have known. */
export const asFarAsKnown = <Drill extends DrillRecord>(drill: Drill): Drill =>
  isEndUnknown(drill) ? { ...drill, drainedAt: null } : drill;

/** Whether a pipeline that never drained may have anything that it consumed in its own books, its answer or its effect yet to come. */
export const mayHoldAnything = ({ drainedAt, open = 0 }: DrillRecord, { effectsNameWhoWaits }: Domain): boolean =>
  drainedAt === null && open > 0 && effectsNameWhoWaits !== true;

/** Why it is in doubt that the drill came to its end; none where it did. */
export function endDoubts(drill: DrillRecord): string[] {
  const { drainedAt, closedAt, loadEndedAt } = drill;
  if (drainedAt !== null) return [];
  if (isEndUnknown(drill))
    return [
      'Cannot tell whether the pipeline drained: the target names no consumer group, no backlog and no longest pause',
    ];
  const waited = ((closedAt - loadEndedAt) / 1e6).toFixed(1);
  return [`Not drained ${waited} s after the load, when the wait ended: later effects are unknown`];
}
