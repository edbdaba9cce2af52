import { z } from 'zod';
import { type Duration, ms } from '../../scenario/time.ts';
import { gapIn } from '../coverage.ts';
import { defineObjective, type ParametersOf } from './define-objective.ts';
import { type Evidence, type Measurement, scopeWindow } from './objective.ts';
import { duration, positive } from './parameters.ts';
import { type BadSeconds, lateBySecond } from './bad-seconds.ts';

const parameters = {
  /** A time (`2s`: the age of the oldest undecided operation) or a number of messages (of the worst group). */
  below: z.union([duration, positive], {
    error: "must be a duration such as '500ms' or '5s', or a number of messages above 0",
  }),
};
type Parameters = ParametersOf<typeof parameters>;

const defaultMinimum = { operations: 100, samples: 5 } as const;

/**
 * The worst lag of the phase. In seconds it is computed from the two logs alone and needs no consumer group. In messages it is
 * based on the groups' commits, sampled five times a second without a gap; that overstates the lag if a group commits rarely
 * (checkpoints) or transaction markers take offsets.
 */
export const consumerLag = defineObjective({
  type: 'consumer-lag',
  parameters,
  clocks: ({ below }) => (typeof below === 'number' ? [] : ['harness', 'brokers']),
  curve: ({ below }) => (typeof below === 'number' ? 'lagMessages' : 'lagSeconds'),
  liveLimit: ({ below }) =>
    typeof below === 'number' ? { of: 'lagMessages', below } : { of: 'lagSeconds', below: ms(below) / 1000 },
  measure: (spec, evidence) =>
    typeof spec.below === 'number' ? lagMessages(spec, spec.below, evidence) : lagSeconds(spec, spec.below, evidence),
  badSeconds: (spec, evidence) =>
    typeof spec.below === 'number' ? badMessages(spec, spec.below, evidence) : badLag(spec, spec.below, evidence),
});

/** sup over t in [from, to] of t − oldest undecided append: each operation contributes its age when decided, or at `to`. */
async function lagSeconds(spec: Parameters, below: Duration, { history, drill }: Evidence): Promise<Measurement> {
  const { from, to } = scopeWindow(spec, drill);
  const [found] = await history.rows<{ n: number; micros: number | null }>(
    `SELECT count(*) AS n, max(least(coalesce(decided_at, ${to}), ${to}) - appended_at) AS micros
     FROM ops WHERE submitted AND appended_at <= ${to} AND coalesce(decided_at, ${to}) >= ${from}`,
  );
  return {
    name: 'consumer-lag',
    observed: found?.micros == null ? null : Math.max(0, found.micros) / 1e6,
    threshold: ms(below) / 1000,
    sense: 'below',
    unit: 's',
    evidence: found?.n ?? 0,
    minimumEvidence: defaultMinimum.operations,
    detail: '',
  };
}

async function lagMessages(spec: Parameters, below: number, { history, drill }: Evidence): Promise<Measurement> {
  const { from, to } = scopeWindow(spec, drill);
  const [found] = await history.rows<{ n: number; messages: number | null }>(
    `SELECT count(*) AS n, max(value) AS messages FROM samples WHERE probe = 'lag' AND value IS NOT NULL AND "at" >= ${from} AND "at" < ${to}`,
  );
  const groups = [...new Set(drill.offsets.flatMap(({ committed }) => Object.keys(committed)))];
  return {
    name: 'consumer-lag',
    observed: found?.messages ?? null,
    threshold: below,
    sense: 'below',
    unit: 'messages',
    evidence: found?.n ?? 0,
    minimumEvidence: defaultMinimum.samples,
    unseen: await gapIn(history, { probe: 'lag', subjects: groups, from, to }),
    detail: '',
  };
}

/** By the second of the append: an operation had the bound's time from then on. */
async function badLag(spec: Parameters, below: Duration, { history, drill }: Evidence): Promise<BadSeconds> {
  const { from, to } = scopeWindow(spec, drill);
  const until = `least(coalesce(decided_at, ${to}), ${to})`;
  const seconds = await lateBySecond(history, {
    time: 'appended_at',
    late: `${until} - appended_at >= ${ms(below) * 1000}`,
    where: `submitted AND appended_at <= ${to} AND coalesce(decided_at, ${to}) >= ${from}`,
  });
  return { seconds, hadMs: ms(below), allowedShare: 0 };
}

async function badMessages(spec: Parameters, below: number, { history, drill }: Evidence): Promise<BadSeconds> {
  const { from, to } = scopeWindow(spec, drill);
  const where = `probe = 'lag' AND "at" >= ${from} AND "at" < ${to}`;
  const seconds = await lateBySecond(history, { from: 'samples', time: '"at"', late: `value >= ${below}`, where });
  return { seconds, hadMs: 0, allowedShare: 0 };
}
