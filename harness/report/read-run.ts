/** A folder's `run.json`. It is untrusted: everything read from it is checked. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput } from '../errors.ts';
import { reasonOf } from '../failure.ts';
import { requireFile } from '../history/parquet-files.ts';
import { schemaProblems } from '../schema-problems.ts';
import { abortedShape } from './run-shape.ts';

const figure = z.number().nullable();
const verdict = z.enum(['pass', 'fail', 'inconclusive']);

/** The members that are read, and no others: other versions write more, or fewer. */
const shape = z.object({
  run: z.string(),
  scenario: z.string(),
  target: z.string(),
  stack: z.string(),
  timeScale: z.number(),
  loadScale: z.number(),
  verdict,
  objectives: z.array(z.object({ name: z.string(), verdict })),
  invariants: z.array(
    z.object({
      name: z.string(),
      verdict,
      promise: z.string().default(''),
      violations: z.number(),
      examples: z.array(
        z.object({
          key: z.string().nullable(),
          ops: z.array(z.number()),
          at: figure,
          harm: figure.transform((harm) => harm ?? Infinity),
          detail: z.string(),
        }),
      ),
    }),
  ),
  phases: z.array(z.object({ plannedPerSecond: figure, decidedPerSecond: figure, p50Ms: figure, p99Ms: figure })),
  service: z.object({ goodShare: figure }).default({ goodShare: null }),
  machine: z.object({ quiet: z.boolean() }).optional(),
  commit: z.string().nullable().default(null),
});
const aborted = z.object(abortedShape.shape);

/** A run with a verdict. */
export type ReadRun = z.infer<typeof shape>;
/** A run without a verdict. */
export type ReadAborted = z.infer<typeof aborted>;

/** Even with the maximum number of counterexamples it is far smaller. */
const mostBytes = 64 * 1024 * 1024;

/**
 * The `run.json` of a folder; undefined if there is none. Anything that does not describe a run is a bad input (65) that names
 * the file.
 */
export async function readRun(folder: string): Promise<ReadRun | ReadAborted | undefined> {
  const file = join(folder, 'run.json');
  await requireFile(file, mostBytes);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    const why =
      error instanceof SyntaxError ? 'is not complete JSON (truncated?)' : `cannot be read (${reasonOf(error)})`;
    throw badInput(`${file}: ${why}; judge the run again: npx toofan judge`);
  }
  const one = aborted.safeParse(value);
  if (one.success) return one.data;
  const { success, data } = shape.safeParse(value);
  if (success) return data;
  throw badInput(
    `${file}: is not what a run writes (${schemaProblems(shape, value)[0] ?? ''}); judge the run again: npx toofan judge`,
  );
}

export const isAborted = (run: ReadRun | ReadAborted): run is ReadAborted => run.verdict === 'aborted';
