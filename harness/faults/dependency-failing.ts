import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, spanProblems } from '../scenario/time.ts';
import { probe, strikeSettings } from './dependency-settings.ts';
import type { Fault } from './fault.ts';

/** Something that the pipeline calls over HTTP answers a share of all requests with an error. */
export interface DependencyFailing extends FaultSpec {
  readonly type: 'dependency-failing';
  /** `recommendations` */
  readonly dependency: string;
  /** Share of requests that fail, above 0 and at most 1. */
  readonly errorShare: number;
  readonly for: Span;
}

export const dependencyFailing = (parameters: FaultParameters<DependencyFailing>): DependencyFailing => ({
  ...parameters,
  type: 'dependency-failing',
});

export const dependencyFailingFault: Fault<DependencyFailing> = {
  type: 'dependency-failing',
  summary: 'Something that the pipeline calls over HTTP answers a share of all requests with an error.',

  validate: (spec) => [
    ...(typeof spec.dependency === 'string' ? [] : ['dependency: its name']),
    ...(spec.errorShare > 0 && spec.errorShare <= 1
      ? []
      : [`errorShare: a share above 0 and at most 1: ${String(spec.errorShare)}`]),
    ...spanProblems('for', spec.for),
  ],

  victim: ({ dependency }) => dependency,

  strike: (spec, context) =>
    strikeSettings(spec, context, { errorShare: spec.errorShare }, async (dependency) => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => probe(dependency, 5_000)));
      const failed = answers.filter(({ status }) => status >= 500).length;
      // Forty draws: one failure at least is all but certain for any share that a drill would have.
      if (failed === 0) throw new Error('none of 40 requests failed');
      return `${spec.dependency} failed ${failed} of 40 requests`;
    }),
};
