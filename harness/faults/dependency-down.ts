import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, wallMs } from '../scenario/time.ts';
import { dependencyOf } from './dependency-settings.ts';
import type { Fault } from './fault.ts';
import { name, span } from './parameters.ts';

/** Something that the pipeline calls over HTTP does not answer at all. */
export interface DependencyDown extends FaultSpec {
  readonly type: 'dependency-down';
  /** `recommendations` */
  readonly dependency: string;
  readonly for: Span;
}

export const dependencyDown = (parameters: FaultParameters<DependencyDown>): DependencyDown => ({
  ...parameters,
  type: 'dependency-down',
});

const answersWithinMs = 1_000;

export const dependencyDownFault: Fault<DependencyDown> = {
  type: 'dependency-down',
  summary: 'Something that the pipeline calls over HTTP is killed, and started again after a while.',

  parameters: { dependency: name, for: span },

  victim: ({ dependency }) => dependency,

  async strike(spec, context) {
    const dependency = dependencyOf('dependency-down', context, spec.dependency);
    const ask = () =>
      fetch(`http://127.0.0.1:${dependency.port}/healthz`, { signal: AbortSignal.timeout(answersWithinMs) });
    await dependency.kill();
    return {
      holdMs: wallMs(spec.for, context.timeScale),
      async verify() {
        const answered = await ask().then(
          ({ status }) => status,
          () => null,
        );
        if (answered !== null) throw new Error(`${spec.dependency} still answers (${answered})`);
        return `${spec.dependency} does not answer`;
      },
      heal: () => dependency.start(),
      async verifyHealed() {
        const { status } = await ask();
        if (status !== 200) throw new Error(`${spec.dependency} answers ${status}`);
        return `${spec.dependency} answers again`;
      },
    };
  },
};
