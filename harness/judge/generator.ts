import type { History } from '../history/reader.ts';
import type { GeneratorResult } from './judgement.ts';

/**
 * The 99th percentile of late hand-over (sent_at − planned_at, warm-up aside) beyond which the load was not the one that was
 * planned: a fifth of a second is 4 % of a surge's ramp of 5 s. Lateness below it is in every latency, which counts from the
 * planned time; a latency that was missed by less than that is not the target's to answer for (see judge.ts).
 */
export const keptUpP99Ms = 200;

/** The generator's account of itself, all shards together. */
export async function judgeGenerator(history: History): Promise<GeneratorResult> {
  const { drill } = history;
  const sum = (member: 'planned' | 'sent' | 'acked' | 'failed' | 'unsent' | 'cpuMicros') =>
    drill.generators.reduce((total, generator) => total + generator[member], 0);
  const warmUps = drill.phases.filter(({ warmUp }) => warmUp).map(({ name }) => `'${name.replaceAll("'", "''")}'`);
  const counted = warmUps.length === 0 ? 'true' : `phase NOT IN (${warmUps.join(', ')})`;
  const [late] = await history.rows<{ p99: number | null; most: number | null }>(
    `SELECT quantile_disc(late, 0.99) AS p99, max(late) AS most
     FROM (SELECT greatest(sent_at - planned_at, 0) AS late FROM ops WHERE sent_at IS NOT NULL AND ${counted})`,
  );
  const unsent = sum('unsent');
  const sent = sum('sent');
  const sendErrorP99Ms = (late?.p99 ?? 0) / 1000;
  return {
    planned: sum('planned'),
    sent,
    acked: sum('acked'),
    failed: sum('failed'),
    unsent,
    sendErrorP99Ms,
    sendErrorMaxMs: (late?.most ?? 0) / 1000,
    cpuMicrosPerOp: sent === 0 ? 0 : sum('cpuMicros') / sent,
    keptUp: unsent === 0 && sendErrorP99Ms <= keptUpP99Ms,
  };
}
