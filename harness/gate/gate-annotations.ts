import { plain } from '../report/format.ts';
import { gateRows } from './gate-rows.ts';
import type { GateRun } from './gate-run.ts';

/** GitHub shows ten of each kind a step. */
const most = 10;

/** Workflow commands of GitHub: an error for what is worse, a warning for what is inconclusive. Empty where neither is there. */
export function gateAnnotations(run: Pick<GateRun, 'comparison' | 'target'>): string {
  const level = { fail: 'error', inconclusive: 'warning' } as const;
  return Object.entries(level)
    .flatMap(([standing, command]) =>
      gateRows(run)
        .filter((row) => row.standing === standing)
        .slice(0, most)
        .map(({ name, why }) => `::${command} title=${property(`${run.target}: ${name}`)}::${data(why)}\n`),
    )
    .join('');
}

const data = (text: string): string => plain(text).replaceAll('%', '%25');
/** In a property, what separates properties is escaped too. */
const property = (text: string): string => data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
