import { z } from 'zod';
import type { Parsed } from '../schema-problems.ts';

const figure = z.number().nullable();
const verdict = z.enum(['pass', 'fail', 'inconclusive']);

/** What a gate reads of a `run.json`; a base may be of an older Toofan, which measured less. */
export const sideRunShape = z.object({
  schema: z.literal(1),
  scenario: z.string(),
  target: z.string(),
  seed: z.int(),
  loadScale: z.number(),
  verdict,
  objectives: z.array(z.object({ name: z.string(), during: z.string(), verdict })),
  invariants: z.array(
    z.object({
      name: z.string(),
      verdict,
      violations: z.int(),
      examples: z.array(z.object({ key: z.string().nullable(), detail: z.string() })),
    }),
  ),
  generator: z.object({ keptUp: z.boolean() }),
  phases: z.array(z.object({ name: z.string(), plannedPerSecond: figure, p50Ms: figure, p99Ms: figure })),
  service: z.object({ goodShare: figure }),
  machine: z.object({ quiet: z.boolean(), note: z.string() }),
  commit: z.string().nullish(),
  costs: z
    .looseObject({
      pipelineCpuMicrosPerOp: figure,
      storeCpuMicrosPerOp: figure,
      storeCallsPerOp: figure,
      retriesPerOp: figure,
      lagMaxMs: figure,
    })
    .optional(),
});

/** One drill of one side. */
export type SideRun = Parsed<typeof sideRunShape>;
