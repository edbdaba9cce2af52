import { probe, strikeSettings } from './dependency-settings.ts';
import { dependencies } from './draw.ts';
import { defineFault } from './fault.ts';
import { dependencyName, span, whole } from './parameters.ts';

export const dependencySlow = defineFault({
  type: 'dependency-slow',
  summary: 'A service that the pipeline calls over HTTP answers late.',
  parameters: {
    dependency: dependencyName,
    latencyMs: whole(1, 600_000).describe('how long an answer takes, ms'),
    for: span,
  },
  victim: ({ dependency }) => dependency,

  strike: (spec, context) =>
    strikeSettings(spec, context, { latencyMs: spec.latencyMs }, async (dependency) => {
      const { tookMs, status } = await probe(dependency, spec.latencyMs + 5_000);
      if (tookMs < spec.latencyMs) throw new Error(`an answer took only ${tookMs} ms`);
      return `${spec.dependency} answers ${status} after ${tookMs} ms`;
    }),

  draw: {
    places: dependencies,
    holdMs: [500, 4_000],
    moreMs: 2_000,
    parameters: (place, hold, dice) => ({
      dependency: place,
      latencyMs: dice.between(100, 2_000, 100),
      for: hold,
    }),
  },
  alertedBy: ['BreakerOpen', 'ErrorSpike'],
  trials: [
    {
      with: { dependency: 'recommendations', latencyMs: 400, for: '300ms' },
      seen: /answers 200 after 4\d\d ms/,
    },
  ],
  page: {
    example: { dependency: 'recommendations', latencyMs: 3_000, for: '10s' },
    struckShownBy: 'how long an answer takes',
    healedShownBy: 'its settings are as before',
    limits: 'as [dependency-down](dependency-down.md)',
    lookFor: 'Timeouts longer than a shopper waits; threads and connections that wait with them.',
  },
});
