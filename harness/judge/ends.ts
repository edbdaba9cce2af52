import type { Domain } from '../domains/domain.ts';
import { sqlText } from '../domains/sql.ts';
import type { DrillRecord, OffsetRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';

/**
 * Removes from the history's views whatever was appended, decided or committed after the end was read, because it belongs to no
 * verdict: operations found only beyond the log's end, with everything they caused; and late decisions and effects of other
 * operations, which go into `unfinished` (op), since their outcome is unknown. `late_effects`: store, key of the removed effects.
 *
 * The end is the recorded end of each partition, and `closedAt` on the harness's clock; each other clock is aligned with it by
 * its first timestamp.
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

/** One row per partition. A decision names no topic, so a partition's end is the furthest of all topics. */
function endsOf({ offsets }: DrillRecord): string[] {
  const furthest = new Map<number, number>();
  for (const { role, partition, end } of offsets)
    if (role === 'decisions') furthest.set(partition, Math.max(end, furthest.get(partition) ?? 0));
  return [
    ...offsets.filter(({ role }) => role === 'input').map(row),
    ...[...furthest].map(([partition, end]) => row({ role: 'decisions', topic: '', partition, end })),
  ];
}

/** Replaces a view by those of its rows that meet a condition. */
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
 * A store's clock is ahead of the harness's by no more than the time from the first send to its first effect. It is behind if its
 * first effect precedes the first send and most of its effects precede their operations. Otherwise that one timestamp is wrong
 * and says nothing about an end.
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

/** Whether only silence can have shown the drain; older histories record only which groups existed. */
const isEndUnknown = ({ target, offsets }: Pick<DrillRecord, 'target' | 'offsets'>): boolean => {
  const inputs = offsets.filter(({ role }) => role === 'input');
  const ungrouped = inputs.length > 0 && inputs.every(({ committed }) => Object.keys(committed).length === 0);
  return target.tellsItsEnd === false || (target.tellsItsEnd === undefined && ungrouped);
};

/** The record without the time of a drain that nobody can have observed. */
export const asFarAsKnown = <Drill extends DrillRecord>(drill: Drill): Drill =>
  isEndUnknown(drill) ? { ...drill, drainedAt: null } : drill;

/** Whether a pipeline that never drained may still have answers or effects to come for anything it has consumed. */
export const mayHoldAnything = ({ drainedAt, open = 0 }: DrillRecord, { effectsNameWhoWaits }: Domain): boolean =>
  drainedAt === null && open > 0 && effectsNameWhoWaits !== true;

/** Why it is in doubt that the drill came to its end; empty if it did. */
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
