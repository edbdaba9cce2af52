import { createHash } from 'node:crypto';
import { plain } from '../report/format.ts';
import { gateRows } from './gate-rows.ts';
import type { GateRun } from './gate-run.ts';

/** GitLab wants a place in the repository; nobody can say which line made it worse, so all stand at the configuration. */
const place = { path: 'toofan.config.ts', lines: { begin: 1 } };

/** GitLab's code-quality report: what is worse (critical) and what is inconclusive (minor), each known again by its name. */
export function gateCodeQuality(run: Pick<GateRun, 'comparison' | 'scenario' | 'target'>): string {
  const { scenario, target } = run;
  const issues = gateRows(run)
    .filter(({ standing }) => standing === 'fail' || standing === 'inconclusive')
    .map(({ standing, name, why }) => ({
      description: plain(`${scenario} › ${target}: ${name}: ${why}`),
      check_name: `toofan-gate/${name}`,
      fingerprint: createHash('sha256').update([scenario, target, name].join('\n')).digest('hex'),
      severity: standing === 'fail' ? 'critical' : 'minor',
      location: place,
    }));
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}
