import { z } from 'zod';
import type { Parsed } from '../schema-problems.ts';

/** JSON cannot express numbers that are not finite, and writes null. */
const figure = z.number().nullable();
const rate = z.int().min(1);
const count = z.int().min(0);
const text = z.string();
const ofHolds = z.tuple([count, count]).describe('so many of so many holds');

const goal = z.strictObject({
  name: text,
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  observed: figure,
  threshold: z.number(),
  unit: text,
});

/** One sampled resource, as means per second; `unit` is the probe's. */
const series = z.strictObject({
  resource: text,
  unit: text,
  points: z.array(z.tuple([z.int(), z.number()])).describe('second from the first phase on, value'),
});

const hold = z.strictObject({
  perSecond: rate,
  purpose: z.enum(['search', 'confirm']),
  verdict: z.enum(['held', 'failed', 'inconclusive']),
  run: text.describe("the hold's own results, a folder beside this file"),
  failedBy: z
    .array(text)
    .describe('invariants that broke, objectives that were missed, `keeps-up` where the lag climbed'),
  why: z.array(text).describe('why it is inconclusive'),
  goals: z.array(goal),
  lagSlope: z.strictObject({ perSecond: z.number(), low: figure }).nullable(),
  p50Ms: figure,
  p99Ms: figure,
  decidedPerSecond: z.number(),
  lagMaxSeconds: figure,
  ownCpuShare: figure.describe('share of all cores that the drill itself used'),
  missedAt: figure.describe('seconds from the first phase on'),
  curve: z.array(z.tuple([z.int(), z.number(), figure, figure])).describe('second, decided, p99 in ms, lag in s'),
  series: z.array(series),
  tookMs: z.number(),
});

const cliff = z.strictObject({
  overloadPerSecond: rate,
  afterPerSecond: rate,
  answeredShare: z.number().describe('decided per second of the overload, as a share of what was held'),
  kind: z.enum(['degrades', 'collapses', 'inconclusive']),
  wellAfterSeconds: figure.describe('from the end of the overload; null where it was not well again'),
  broken: z.array(text).describe('invariants'),
  curve: z.array(z.tuple([z.int(), z.number(), figure, figure])),
  run: text,
});

const plannedFor = z.strictObject({
  normalPerSecond: z.number().positive(),
  peakPerSecond: z.number().positive(),
  workers: z.int().min(1),
  partitions: z.int().min(1),
});

const plan = plannedFor.extend({
  rows: z.array(
    z.strictObject({
      name: text,
      perSecond: z.number(),
      lines: text.describe('of the source text'),
      share: z.number().describe('what was held, as a share of it'),
      is: z.enum(['held', 'failed', 'unknown']),
      workers: z.int().nullable().describe('by the measured rate of one; null beyond twice of what was measured'),
      partitions: z.int().nullable(),
    }),
  ),
  cpuSecondsPerMillion: figure.describe('core-seconds for a million operations, stores and generator included'),
  rupeesPerMillion: z.array(z.strictObject({ place: text, line: text, rupees: z.number() })),
});

const settings = z.strictObject({
  from: rate,
  to: rate,
  width: z.number().positive(),
  confirm: z.int().min(1),
  holdMs: z.number().positive(),
  seed: z.int(),
  stack: z.enum(['auto', 'containers', 'local', 'external']),
  under: text.nullable(),
  set: z.array(text),
  cliff: z.boolean(),
});

const machine = z.strictObject({ cpus: count, memoryMiB: z.number(), platform: text, node: text });

/** `capacity.json`: the answer for machines, and everything needed to resume a search. */
export const capacityShape = z.strictObject({
  schema: z.literal(1),
  run: text,
  scenario: text,
  target: text,
  primaryPlural: text,
  kind: z.enum(['found', 'held-to-end', 'at-least', 'below', 'unfinished', 'nothing']),
  heldPerSecond: rate.nullable(),
  held: ofHolds,
  failedPerSecond: rate.nullable(),
  failed: ofHolds,
  failedBy: z.array(text),
  inconclusivePerSecond: rate.nullable(),
  interval: z.tuple([rate.nullable(), rate.nullable()]),
  goals: z.array(z.strictObject({ name: text, heldPerSecond: rate.nullable(), failedPerSecond: rate.nullable() })),
  firstBreak: z
    .strictObject({ resource: text, leadSeconds: figure, value: z.number(), limit: z.number(), unit: text })
    .nullable(),
  breaks: z.array(z.strictObject({ resource: text, at: z.number(), leadSeconds: figure })),
  cliff: cliff.nullable(),
  plan: plan.nullable().describe('the capacity against what a sale may bring; null where no rate was held'),
  plannedFor,
  holds: z.array(hold),
  settings,
  machine,
  scenarioSha256: text,
  exitCode: z.int(),
});

export type CapacityJson = Parsed<typeof capacityShape>;
export type CapacityHold = Parsed<typeof hold>;
export type CapacitySettings = Parsed<typeof settings>;
export type HoldGoal = Parsed<typeof goal>;
export type HoldSeries = Parsed<typeof series>;
