import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span } from '../scenario/time.ts';
import { probe, strikeSettings } from './dependency-settings.ts';
import type { Fault } from './fault.ts';
import { name, span, whole } from './parameters.ts';

/** Something that the pipeline calls over HTTP takes only so many requests a second and refuses the rest (429). */
export interface DependencyLimited extends FaultSpec {
  readonly type: 'dependency-limited';
  /** `recommendations` */
  readonly dependency: string;
  /** Requests a second that it still takes. */
  readonly perSecond: number;
  readonly for: Span;
}

export const dependencyLimited = (parameters: FaultParameters<DependencyLimited>): DependencyLimited => ({
  ...parameters,
  type: 'dependency-limited',
});

export const dependencyLimitedFault: Fault<DependencyLimited> = {
  type: 'dependency-limited',
  summary:
    'Something that the pipeline calls over HTTP takes only so many requests a second and refuses the rest (429).',

  parameters: { dependency: name, perSecond: whole(0, 1_000_000), for: span },

  victim: ({ dependency }) => dependency,

  strike: (spec, context) =>
    strikeSettings(spec, context, { rateLimitPerSecond: spec.perSecond }, async (dependency) => {
      const some = Math.min(5_000, spec.perSecond + 20);
      const answers = await Promise.all(Array.from({ length: some }, () => probe(dependency, 10_000)));
      const refused = answers.filter(({ status }) => status === 429).length;
      if (refused === 0) throw new Error(`none of ${some} requests at once was refused`);
      return `${spec.dependency} refused ${refused} of ${some} requests at once`;
    }),
};
