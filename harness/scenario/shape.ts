import { z } from 'zod';
import { type Duration, durationJson } from './time.ts';

const name = z.string().min(1);
/** validate.ts checks whether the text is a duration, together with the bounds. */
const duration = z
  .custom<Duration>((value) => typeof value === 'string', {
    error: "must be a duration such as '500ms', '5s', '30min'",
  })
  .meta(durationJson);
const moment = z.union([z.strictObject({ storyMs: z.number() }), z.strictObject({ phase: name, after: duration })], {
  error: 'story time from story(), or { phase, after }',
});
const ofPhase = { name, warmUp: z.boolean().optional() };
const machine = { coreMs: z.number(), pairMs: z.number(), fsyncMs: z.number(), jvmStartMs: z.number().optional() };

const loadPhase = z.discriminatedUnion('shape', [
  z.strictObject({ ...ofPhase, shape: z.literal('steady'), perSecond: z.number(), for: duration }),
  z.strictObject({
    ...ofPhase,
    shape: z.literal('ramp'),
    from: z.number().optional(),
    to: z.number(),
    within: duration,
  }),
  z.strictObject({ ...ofPhase, shape: z.literal('surge'), to: z.number(), within: duration, hold: duration }),
  z.strictObject({ ...ofPhase, shape: z.literal('decay'), to: z.number(), halfLife: duration, for: duration }),
  z.strictObject({
    ...ofPhase,
    shape: z.literal('replay'),
    file: name,
    speed: z.number(),
    points: z.array(z.tuple([z.number(), z.number()])).optional(),
  }),
]);

/** Parameters of every objective. */
export const ofEveryObjective = {
  /** The phase that it covers; default: the whole drill without the warm-up. */
  during: name.optional(),
  /** With fewer values than this, a met bound is inconclusive. A note says if this is fewer than the bound needs. */
  minimumEvidence: z.int().min(1).optional(),
};

const scheduledFault = z.strictObject({ at: moment, fault: z.looseObject({ type: name }) });

/**
 * The shape of a whole scenario (see scenario.ts); the parameters of its world, faults and objectives are checked by their
 * owners.
 */
export const scenarioShape = z.strictObject({
  name,
  summary: z.string(),
  domain: name,
  target: name,
  timeScale: z.number(),
  loadScale: z.number().optional(),
  world: z.unknown(),
  load: z.array(loadPhase),
  arrivals: z.enum(['uniform', 'poisson']).optional(),
  visits: z.strictObject({ everyNth: z.number(), journey: name, lasts: duration }).optional(),
  mix: z.record(name, z.number()),
  faults: z.array(scheduledFault),
  actions: z.array(z.strictObject({ at: moment, action: name })).optional(),
  objectives: z.array(z.looseObject({ type: name, during: name.optional() })),
  invariants: z.union([z.literal('all'), z.array(name)], { error: "'all', or a list of names" }),
  reach: z.array(name).optional(),
  drainDeadline: duration,
  boundsFor: z.strictObject(machine).optional(),
  sources: z.array(
    z.union([z.strictObject({ seed: name }), z.strictObject({ public: name })], { error: '{ seed } or { public }' }),
  ),
});

/** Parameter schemas by `type`. */
type Kinds = ReadonlyMap<string, { readonly type: string; readonly parameters: Readonly<Record<string, z.ZodType>> }>;

/** A scenario with everything that others own: its domain's world, and the parameters of every fault and objective. */
export const scenarioShapeWith = (world: z.ZodType, faults: Kinds, objectives: Kinds) =>
  scenarioShape.extend({
    world,
    faults: z.array(scheduledFault.extend({ fault: oneOf(faults, { recoverWithin: duration.optional() }) })),
    objectives: z.array(oneOf(objectives, ofEveryObjective)),
  });

function oneOf(kinds: Kinds, ofEvery: Readonly<Record<string, z.ZodType>>) {
  const variants = [...kinds.values()].map(({ type, parameters }) =>
    z.strictObject({ type: z.literal(type), ...ofEvery, ...parameters }),
  );
  return z.discriminatedUnion('type', variants as [(typeof variants)[number], ...typeof variants]);
}
