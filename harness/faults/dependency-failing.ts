import { z } from 'zod';
import { probe, strikeSettings } from './dependency-settings.ts';
import { dependencies } from './draw.ts';
import { defineFault } from './fault.ts';
import { dependencyName, span } from './parameters.ts';

export const dependencyFailing = defineFault({
  type: 'dependency-failing',
  summary: 'A service that the pipeline calls over HTTP fails a share of all requests.',
  parameters: {
    dependency: dependencyName,
    errorShare: z.number().gt(0).lte(1).describe('the share of requests that fail'),
    for: span,
  },
  victim: ({ dependency }) => dependency,

  strike: (spec, context) =>
    strikeSettings(spec, context, { errorShare: spec.errorShare }, async (dependency) => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => probe(dependency, 5_000)));
      const failed = answers.filter(({ status }) => status >= 500).length;
      // Forty draws: for any realistic share at least one fails almost certainly.
      if (failed === 0) throw new Error('none of 40 requests failed');
      return `${spec.dependency} failed ${failed} of 40 requests`;
    }),

  draw: {
    places: dependencies,
    holdMs: [500, 4_000],
    moreMs: 2_000,
    parameters: (place, hold, dice) => ({
      dependency: place,
      errorShare: dice.between(2, 10) / 10,
      for: hold,
    }),
  },
  alertedBy: ['BreakerOpen', 'ErrorSpike'],
  trials: [
    {
      with: { dependency: 'recommendations', errorShare: 0.5, for: '300ms' },
      seen: /failed 20 of 40 requests/,
    },
  ],
  page: {
    strikes: 'The error is a 500.',
    example: { dependency: 'recommendations', errorShare: 0.5, for: '10s' },
    struckShownBy: 'failures among forty requests',
    healedShownBy: 'its settings are as before',
    limits: 'as [dependency-down](dependency-down.md)',
    lookFor: 'Retries that double the load on what is failing.',
  },
});
