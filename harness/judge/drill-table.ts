import { sqlText } from '../domains/sql.ts';
import type { DrillRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';
import { storyBeganAt } from './drill-times.ts';

/** Makes `drill`, facts about the whole drill from its record, and `cutoffs`; make-tables.ts has the columns. */
export async function makeDrillTables(history: History): Promise<void> {
  await makeDrill(history);
  await makeCutoffs(history);
}

async function makeDrill(history: History): Promise<void> {
  const { drill } = history;
  const { loadEndedAt, drainedAt, closedAt } = drill;
  const { readModel, audits = [] } = drill.target;
  await history.run(`
    CREATE TABLE drill AS SELECT ${loadEndedAt}::BIGINT AS load_ended_at, ${drainedAt ?? 'NULL'}::BIGINT AS drained_at,
      ${closedAt}::BIGINT AS closed_at, ${waitingInside(drill)}::BIGINT AS waiting,
      [${audits.map(sqlText).join(', ')}]::VARCHAR[] AS audits, ${readModel === null ? 'NULL' : sqlText(readModel.name)}::VARCHAR AS read_model,
      ${(readModel?.stalenessMs ?? 0) * 1000}::BIGINT AS staleness, ${storyBeganAt(drill)}::BIGINT AS story_began_at,
      ${drill.scenario.timeScale}::DOUBLE AS time_scale`);
}

/** Records of internal topics that some group reading them had not consumed at the end. */
const waitingInside = ({ offsets, drainedAt }: DrillRecord): number =>
  drainedAt !== null
    ? 0
    : offsets
        .filter(({ role }) => role === 'internal')
        .map(({ start, end, committed }) => Math.max(0, ...Object.values(committed).map((at) => end - (at ?? start))))
        .reduce((sum, records) => sum + records, 0);

/** Per input partition, the offset up to which every group has consumed; drained means to the end. */
async function makeCutoffs(history: History): Promise<void> {
  const { offsets, drainedAt } = history.drill;
  await history.run('CREATE TABLE cutoffs (topic VARCHAR, "partition" INTEGER, cutoff BIGINT)');
  if (drainedAt !== null) return;
  const rows = offsets
    .filter(({ role }) => role === 'input')
    .map(({ topic, partition, start, committed }) => {
      const groups = Object.values(committed).map((offset) => offset ?? start);
      // Without groups, nothing is known to be consumed.
      return `(${sqlText(topic)}, ${partition}, ${groups.length === 0 ? start : Math.min(...groups)})`;
    });
  if (rows.length > 0) await history.run(`INSERT INTO cutoffs VALUES ${rows.join(', ')}`);
}
