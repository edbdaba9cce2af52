import { plain } from './format.ts';
import { headline, type JudgedRun } from './judged-run.ts';

/** Text for an element or an attribute of HTML. */
export const html = (text: string): string =>
  plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

export function reportHtml(runs: readonly JudgedRun[]): string {
  const rows = runs.map((run) => `<p>${html(run.record.target.name)}: ${html(headline(run))}</p>`);
  return `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Toofan</title><main>${rows.join('\n')}</main></html>\n`;
}
