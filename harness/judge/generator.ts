import { sqlText } from '../domains/sql.ts';
import type { History } from '../history/reader.ts';
import type { GeneratorResult } from './judgement.ts';

/**
 * Above this p99 hand-over delay (sent_at − planned_at) a phase's load was not the one planned: 200 ms is 4 % of a surge ramp of
 * 5 s. Smaller delays are part of every latency, which counts from the planned time; a miss caused by them alone does not count
 * against the target (see excuses.ts).
 */
export const keptUpP99Ms = 200;

/** The generator's account of itself, over all shards. It kept up if it did so in every phase but the warm-up. */
export async function judgeGenerator(history: History, primaryKind: string): Promise<GeneratorResult> {
  const { drill } = history;
  const sum = (member: 'planned' | 'sent' | 'acked' | 'failed' | 'unsent' | 'cpuMicros') =>
    drill.generators.reduce((total, generator) => total + generator[member], 0);
  const warmUps = drill.phases.filter(({ warmUp }) => warmUp).map(({ name }) => sqlText(name));
  const counted = warmUps.length === 0 ? 'true' : `phase NOT IN (${warmUps.join(', ')})`;
  const [late] = await history.rows<{ p99: number | null; most: number | null }>(
    `SELECT quantile_disc(late, 0.99) AS p99, max(late) AS most
     FROM (SELECT greatest(sent_at - planned_at, 0) AS late FROM ops WHERE sent_at IS NOT NULL AND ${counted})`,
  );
  const unsent = sum('unsent');
  const sent = sum('sent');
  const latePhases = await phasesFallenBehind(history, primaryKind, unsent);
  const unknown = await whyUnknown(history);
  return {
    planned: sum('planned'),
    sent,
    acked: sum('acked'),
    failed: sum('failed'),
    unsent,
    sendErrorP99Ms: (late?.p99 ?? 0) / 1000,
    sendErrorMaxMs: (late?.most ?? 0) / 1000,
    cpuMicrosPerOp: sent === 0 ? 0 : sum('cpuMicros') / sent,
    keptUp: unknown === null && unsent === 0 && latePhases.length === 0,
    late: latePhases,
    ...(unknown !== null && { unknown }),
  };
}

/** If more operations than this lack a hand-over time, its p99 is unknown. */
const unknownShare = 0.01;

/** Why it is unknown whether the generator kept up; null if it is known. */
async function whyUnknown(history: History): Promise<string | null> {
  const { drill } = history;
  if (drill.generators.length === 0) return 'no generator reported';
  const shards = drill.generators.map(({ shard }) => shard).join(', ');
  const [found] = await history.rows<{ n: number; unstamped: number; other: number | null }>(
    `SELECT count(*) AS n, count(*) FILTER (sent_at IS NULL) AS unstamped, min(shard) FILTER (shard NOT IN (${shards})) AS other
     FROM operations`,
  );
  if (found?.other != null) return `generator ${found.other} did not report`;
  const { n, unstamped } = found ?? { n: 0, unstamped: 0 };
  return unstamped > unknownShare * n ? `${unstamped} of ${n} operations have no send time` : null;
}

/** Each phase by itself: a long phase on time does not dilute a short late one. */
async function phasesFallenBehind(
  history: History,
  primaryKind: string,
  unsent: number,
): Promise<GeneratorResult['late']> {
  const phases = history.drill.phases.filter(({ warmUp }) => !warmUp);
  const counts = await history.rows<{ phase: string; n: number; primaries: number; late: number }>(
    `SELECT phase::VARCHAR AS phase, count(*) AS n, count(*) FILTER (kind = ${sqlText(primaryKind)}) AS primaries,
       count(*) FILTER (sent_at - planned_at > ${keptUpP99Ms * 1000}) AS late
     FROM ops WHERE sent_at IS NOT NULL GROUP BY 1`,
  );
  const behind: GeneratorResult['late'][number][] = [];
  for (const { name, arrivals } of phases) {
    const { n, primaries, late } = counts.find(({ phase }) => phase === name) ?? { n: 0, primaries: 0, late: 0 };
    // Unsent operations have no row in the history: one of the primary kind is missing per arrival.
    const missing = unsent === 0 ? 0 : Math.max(0, arrivals - primaries);
    const isLate = late > n - Math.ceil(0.99 * n);
    if (!isLate && missing === 0) continue;
    const [found] = await history.rows<{ p99: number | null }>(
      `SELECT quantile_disc(greatest(sent_at - planned_at, 0), 0.99) AS p99 FROM ops WHERE sent_at IS NOT NULL AND phase = ${sqlText(name)}`,
    );
    behind.push({ phase: name, sendErrorP99Ms: (found?.p99 ?? 0) / 1000, unsent: missing });
  }
  // The phase of missing companions and repeats is unknown.
  return unsent > 0 && behind.length === 0
    ? phases.map(({ name }) => ({ phase: name, sendErrorP99Ms: 0, unsent }))
    : behind;
}
