import { join } from 'node:path';
import { placeText } from '../history/place-file.ts';
import { reportHtml } from './html.ts';
import type { JudgedRun } from './judged-run.ts';
import { junitXml } from './junit.ts';
import { runJson } from './run-json.ts';
import { summaryMarkdown } from './summary.ts';

/** Writes `run.json` of one drill into its own folder. Every file of a report is written atomically. */
export const writeRun = (folder: string, { record, judgement }: JudgedRun): Promise<void> =>
  placeText(`${JSON.stringify(runJson(record, judgement), undefined, 2)}\n`, join(folder, 'run.json'));

/** Writes `junit.xml`, `summary.md` and `report.html` about one or several runs into `folder`. Returns the path of the page. */
export async function writeReports(folder: string, runs: readonly JudgedRun[]): Promise<string> {
  const page = join(folder, 'report.html');
  await placeText(junitXml(runs, page), join(folder, 'junit.xml'));
  await placeText(summaryMarkdown(runs), join(folder, 'summary.md'));
  await placeText(reportHtml(runs), page);
  return page;
}
