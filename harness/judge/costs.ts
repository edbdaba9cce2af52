import type { History } from '../history/reader.ts';
import { generatorSubject, harnessSubject } from '../history/schema.ts';
import { firstSecondAt } from './drill-times.ts';
import type { CostResult } from './cost-result.ts';
import type { GeneratorResult, SecondResult } from './judgement.ts';

interface Spent {
  readonly probe: string;
  readonly subject: string;
  /** What a count that only grows has grown by; what was counted anew after a restart is added. */
  readonly grown: number;
  /** Whether it was ever lower than before. */
  readonly restarted: boolean;
}

/**
 * What the drill cost, by operation that was sent, and its worst lag. Null is what was not sampled: CPU where the system has no /proc,
 * calls of a store that was restarted, retries of a pipeline that does not count them.
 */
export async function costsOf(
  history: History,
  generator: Pick<GeneratorResult, 'sent'>,
  seconds: readonly Pick<SecondResult, 'lagSeconds'>[],
): Promise<CostResult> {
  const { drill } = history;
  const spent = await spentBy(history);
  const ownMs = history.probes.has('machine') ? await ownCpuMs(history) : null;
  const instances = new Set(Object.keys(drill.target.memoryLimits ?? {}));
  const cpu = spent.filter(({ probe }) => probe === 'cpu');
  const pipelineMs = sum(cpu.filter(({ subject }) => instances.has(subject)));
  const besidesStoresMs = sum(cpu);
  const hasAll = pipelineMs !== null && ownMs !== null && isWhole(cpu, drill.generators.length);
  const calls = spent.filter(({ probe }) => probe === 'calls');
  const perOp = (total: number | null, factor = 1): number | null =>
    total === null || generator.sent === 0 ? null : (total * factor) / generator.sent;
  const lags = seconds.map(({ lagSeconds }) => lagSeconds).filter((lag) => lag !== null);
  return {
    pipelineCpuMicrosPerOp: perOp(pipelineMs, 1_000),
    storeCpuMicrosPerOp: perOp(hasAll ? Math.max(0, ownMs - (besidesStoresMs ?? 0)) : null, 1_000),
    storeCallsPerOp: perOp(calls.some(({ restarted }) => restarted) ? null : sum(calls)),
    retriesPerOp: perOp(sum(spent.filter(({ probe }) => probe === 'retries'))),
    lagMaxMs: lags.length === 0 ? null : Math.max(...lags) * 1_000,
  };
}

const sum = (all: readonly Spent[]): number | null =>
  all.length === 0 ? null : all.reduce((total, { grown }) => total + grown, 0);

/** Whether the harness and every generator were sampled: the rest is the stores' only then. */
const isWhole = (cpu: readonly Spent[], shards: number): boolean =>
  [harnessSubject, ...Array.from({ length: shards }, (_, shard) => generatorSubject(shard))].every((name) =>
    cpu.some(({ subject }) => subject === name),
  );

async function spentBy(history: History): Promise<readonly Spent[]> {
  const counts = ['cpu', 'calls', 'retries'].filter((probe) => history.probes.has(probe));
  if (counts.length === 0) return [];
  return await history.rows<Spent>(`
    WITH looks AS (
      SELECT probe::VARCHAR AS probe, subject::VARCHAR AS subject, value, lag(value) OVER (PARTITION BY probe, subject ORDER BY "at") AS before
      FROM samples WHERE probe IN (${counts.map((probe) => `'${probe}'`).join(', ')}) AND isfinite(value)
    )
    SELECT probe, subject, sum(CASE WHEN value >= before THEN value - before ELSE value END)::DOUBLE AS grown, bool_or(value < before) AS restarted
    FROM looks WHERE before IS NOT NULL GROUP BY ALL ORDER BY probe, subject`);
}

/** CPU of all the drill's processes while the probe `cpu` looked at some of them. */
async function ownCpuMs(history: History): Promise<number | null> {
  if (!history.probes.has('cpu')) return null;
  const [found] = await history.rows<{ ms: number | null }>(`
    WITH watched AS (SELECT min("at") AS b, max("at") AS e FROM samples WHERE probe = 'cpu' AND "at" >= ${firstSecondAt(history.drill)} - 1000000)
    SELECT sum(value * greatest(0, least("at", e) - greatest(began_at, b)) / 1000.0)::DOUBLE AS ms
    FROM samples, watched WHERE probe = 'machine' AND subject = 'own-cpu' AND isfinite(value) AND began_at IS NOT NULL`);
  return found?.ms ?? null;
}
