import { probe, strikeSettings } from './dependency-settings.ts';
import { dependencies } from './draw.ts';
import { defineFault } from './fault.ts';
import { dependencyName, span, whole } from './parameters.ts';

export const dependencyLimited = defineFault({
  type: 'dependency-limited',
  summary:
    'A service that the pipeline calls over HTTP accepts only so many requests per second and refuses the rest (429).',
  parameters: {
    dependency: dependencyName,
    perSecond: whole(0, 1_000_000).describe('requests per second that it still accepts'),
    for: span,
  },
  victim: ({ dependency }) => dependency,

  strike: (spec, context) =>
    strikeSettings(spec, context, { rateLimitPerSecond: spec.perSecond }, async (dependency) => {
      const some = Math.min(5_000, spec.perSecond + 20);
      const answers = await Promise.all(Array.from({ length: some }, () => probe(dependency, 10_000)));
      const refused = answers.filter(({ status }) => status === 429).length;
      if (refused === 0) throw new Error(`none of ${some} concurrent requests was refused`);
      return `${spec.dependency} refused ${refused} of ${some} concurrent requests`;
    }),

  draw: {
    places: dependencies,
    holdMs: [500, 4_000],
    moreMs: 2_000,
    parameters: (place, hold, dice) => ({
      dependency: place,
      perSecond: dice.between(0, 200, 10),
      for: hold,
    }),
  },
  alertedBy: ['BreakerOpen', 'ErrorSpike'],
  trials: [
    {
      with: { dependency: 'recommendations', perSecond: 5, for: '300ms' },
      seen: /refused \d+ of 25 concurrent requests/,
    },
  ],
  page: {
    example: { dependency: 'recommendations', perSecond: 100, for: '10s' },
    struckShownBy: 'refusals among a burst of requests',
    healedShownBy: 'its settings are as before',
    limits: 'as [dependency-down](dependency-down.md)',
    lookFor: 'Retries without backoff; work dropped instead of queued.',
  },
});
