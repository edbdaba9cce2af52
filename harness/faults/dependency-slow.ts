import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span } from '../scenario/time.ts';
import { probe, strikeSettings } from './dependency-settings.ts';
import type { Fault } from './fault.ts';
import { name, span, whole } from './parameters.ts';

/** Something that the pipeline calls over HTTP answers late. */
export interface DependencySlow extends FaultSpec {
  readonly type: 'dependency-slow';
  /** `recommendations` */
  readonly dependency: string;
  readonly latencyMs: number;
  readonly for: Span;
}

export const dependencySlow = (parameters: FaultParameters<DependencySlow>): DependencySlow => ({
  ...parameters,
  type: 'dependency-slow',
});

export const dependencySlowFault: Fault<DependencySlow> = {
  type: 'dependency-slow',
  summary: 'Something that the pipeline calls over HTTP answers late.',

  parameters: { dependency: name, latencyMs: whole(1, 600_000), for: span },

  victim: ({ dependency }) => dependency,

  strike: (spec, context) =>
    strikeSettings(spec, context, { latencyMs: spec.latencyMs }, async (dependency) => {
      const { tookMs, status } = await probe(dependency, spec.latencyMs + 5_000);
      if (tookMs < spec.latencyMs) throw new Error(`an answer took ${tookMs} ms only`);
      return `${spec.dependency} answers ${status} after ${tookMs} ms`;
    }),
};
