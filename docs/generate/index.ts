/** `npm run docs` writes what pages and the judge take from the definitions in the code; `test/docs/generated.test.ts` sees that it did. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { faults } from '../../harness/faults/registry.ts';
import { causesModule } from './causes.ts';
import { faultList, faultNames, faultPage } from './fault-pages.ts';
import { historyTables } from './history-columns.ts';
import { capacitySchema, runSchema, scenarioSchema } from './schemas.ts';

const root = join(import.meta.dirname, '..', '..');

/** Every generated text by the path of its file; of a page with a marked part, the whole page. */
export async function generatedDocs(): Promise<Map<string, string>> {
  const all = [...faults.values()];
  return new Map([
    ['harness/judge/alerts/causes.ts', causesModule(all)],
    ...all.map((fault) => [`docs/faults/${fault.type}.md`, faultPage(fault)] as const),
    ['docs/faults/README.md', await withPart('docs/faults/README.md', 'faults', faultList(all))],
    ['docs/schema/scenario.schema.json', jsonText(scenarioSchema())],
    ['docs/schema/run.schema.json', jsonText(runSchema())],
    ['docs/HISTORY.md', await withPart('docs/HISTORY.md', 'tables', historyTables())],
    ['docs/schema/capacity.schema.json', jsonText(capacitySchema())],
    ['README.md', await withPart('README.md', 'faults', faultNames(all))],
  ]);
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** A page with the part between its marks written anew; rejects where the marks are not there. */
async function withPart(path: string, name: string, part: string): Promise<string> {
  const page = await readFile(join(root, path), 'utf8');
  const [begin, end] = [`<!-- ${name}: written by npm run docs -->`, `<!-- end of ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${path}: the marks ${begin} and ${end} are not there`);
  return `${page.slice(0, from)}${begin}\n${part}\n${page.slice(to)}`;
}

if (import.meta.main) for (const [path, text] of await generatedDocs()) await writeFile(join(root, path), text);
