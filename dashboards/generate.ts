/** `npm run dashboards` writes what is generated; `generate.test.ts` sees that it was. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { dashboardOf } from './dashboard.ts';
import { developer } from './developer.ts';
import { drill } from './drill.ts';
import { executive } from './executive.ts';
import { operations } from './operations.ts';
import { ruleGroups } from './rules.ts';

export const generatedFolder = join(import.meta.dirname, 'generated');

/** Texts by their file's name in `generated/`. */
export function generated(): Map<string, string> {
  const dashboards = Object.entries({ executive, operations, developer, drill });
  const rules = `# Generated from the judge's alert rules by "npm run dashboards".\n${stringify(ruleGroups(), { lineWidth: 0 })}`;
  return new Map([
    ['rules.yaml', rules],
    ...dashboards.map(([name, plan]) => [`${name}.json`, `${JSON.stringify(dashboardOf(plan), null, 2)}\n`] as const),
  ]);
}

if (import.meta.main) for (const [name, text] of generated()) await writeFile(join(generatedFolder, name), text);
