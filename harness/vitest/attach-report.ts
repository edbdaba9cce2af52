import { existsSync } from 'node:fs';
import type { TestRunner } from 'vitest';
import type { DrillRun } from './drill-run.ts';

type Test = NonNullable<ReturnType<typeof TestRunner.getCurrentTest>>;

const attached = new WeakMap<object, WeakSet<object>>();

/** Attaches the report to the test as an annotation, once. Vitest waits for it before the test ends. */
export function attachReport(run: DrillRun, test: Test): void {
  const tests = attached.get(run) ?? new WeakSet();
  attached.set(run, tests);
  if (tests.has(test) || !existsSync(run.report)) return;
  tests.add(test);
  const title = `${run.scenario} › ${run.target}: ${run.verdict}, report ${run.report}`;
  void test.context.annotate(title, 'toofan', { path: run.report, contentType: 'text/html' });
}
