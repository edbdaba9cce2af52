import { wallMs } from '../scenario/time.ts';
import { askProcess } from '../target/ask-process.ts';
import { dependencyOf } from './dependency-settings.ts';
import { dependencies } from './draw.ts';
import { defineFault } from './fault.ts';
import { dependencyName, span } from './parameters.ts';

const answersWithinMs = 1_000;

export const dependencyDown = defineFault({
  type: 'dependency-down',
  summary: 'Kills a service that the pipeline calls over HTTP, and restarts it after a while.',
  parameters: { dependency: dependencyName, for: span },
  victim: ({ dependency }) => dependency,

  async strike(spec, context) {
    const dependency = dependencyOf('dependency-down', context, spec.dependency);
    const ask = () => askProcess(dependency, '/healthz', { signal: AbortSignal.timeout(answersWithinMs) });
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

  draw: {
    places: dependencies,
    holdMs: [500, 4_000],
    moreMs: 2_500,
    parameters: (place, hold) => ({ dependency: place, for: hold }),
  },
  alertedBy: ['DependencyDown', 'BreakerOpen', 'ErrorSpike'],
  runbookOf: ['DependencyDown', 'BreakerOpen', 'ErrorSpike'],
  trials: [
    {
      with: { dependency: 'recommendations', for: '300ms' },
      seen: /does not answer; recommendations answers again/,
    },
  ],
  page: {
    example: { dependency: 'recommendations', for: '10s' },
    struckShownBy: 'a request is refused',
    healedShownBy: 'it answers',
    limits: 'a dependency of the target (simulators/dependencies/)',
    lookFor: 'Orders that fail for want of a service they do not need.',
  },
});
