import { z } from 'zod';
import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span } from '../scenario/time.ts';
import { probe, strikeSettings } from './dependency-settings.ts';
import type { Fault } from './fault.ts';
import { name, span } from './parameters.ts';

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

  parameters: { dependency: name, errorShare: z.number().gt(0).lte(1), for: span },

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
