import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { placeText } from '../history/place-file.ts';
import { gateAnnotations } from './gate-annotations.ts';
import { gateCodeQuality } from './gate-code-quality.ts';
import { gateHtml } from './gate-html.ts';
import { gateJunit } from './gate-junit.ts';
import type { GateRun } from './gate-run.ts';
import { gateMarkdown } from './gate-markdown.ts';
import type { Pair } from './compare-metrics.ts';

/**
 * `gate.json`, `gate.html`, `junit.xml`, `summary.md` and `code-quality.json` into `folder`. In a job of GitHub's also its summary, and
 * annotations on standard output.
 */
export async function writeGate(
  folder: string,
  run: GateRun,
  { pairs }: { readonly pairs: readonly Pair[] },
): Promise<void> {
  const page = join(folder, 'gate.html');
  const markdown = gateMarkdown(run);
  await placeText(`${JSON.stringify({ ...run, pairs }, undefined, 2)}\n`, join(folder, 'gate.json'));
  await placeText(gateJunit(run, page), join(folder, 'junit.xml'));
  await placeText(markdown, join(folder, 'summary.md'));
  await placeText(gateCodeQuality(run), join(folder, 'code-quality.json'));
  await placeText(gateHtml(run, pairs), page);
  const { GITHUB_ACTIONS: isGithub, GITHUB_STEP_SUMMARY: summary } = process.env;
  if (isGithub !== 'true') return;
  process.stdout.write(gateAnnotations(run));
  if (summary !== undefined && summary !== '') await appendFile(summary, markdown);
}
