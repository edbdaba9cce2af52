import { xml } from '../report/junit.ts';
import { gateRows, sideText } from './gate-rows.ts';
import type { GateRun } from './gate-run.ts';

/** One suite, a case for everything compared; what is inconclusive is an `<error>`, as in a drill's own JUnit. */
export function gateJunit(run: GateRun, page: string): string {
  const { scenario, target, comparison, tookMs, command, head, base } = run;
  const cases = [{ name: 'verdict', standing: wholeOf(run), why: comparison.why }, ...gateRows(run)];
  const count = (standing: string) => cases.filter((one) => one.standing === standing).length;
  const lines = cases.map(({ name, standing, why }) => {
    const opening = `    <testcase classname="${xml(`gate.${scenario}.${target}`)}" name="${xml(name)}" time="0"`;
    if (standing === 'pass') return `${opening}/>`;
    if (standing === 'aside') return `${opening}><skipped message="${xml(why)}"/></testcase>`;
    const element = standing === 'fail' ? 'failure' : 'error';
    return `${opening}><${element} type="${standing}" message="${xml(why)}">${xml(why)}</${element}></testcase>`;
  });
  const said = [
    comparison.why,
    `${sideText(head)} against ${sideText(base)}`,
    `Repeat: ${command}`,
    `[[ATTACHMENT|${page}]]`,
  ];
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${xml(target)}" package="gate" id="0" hostname="localhost" timestamp="${new Date(Date.now() - tookMs).toISOString().slice(0, 19)}"` +
      ` tests="${cases.length}" failures="${count('fail')}" errors="${count('inconclusive')}" skipped="${count('aside')}" time="${(tookMs / 1_000).toFixed(3)}">`,
    '    <properties></properties>',
    ...lines,
    `    <system-out>${said.map(xml).join('\n')}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>',
    '</testsuites>',
  ].join('\n')}\n`;
}

/** The whole fails by itself only where no case says why. */
function wholeOf(run: GateRun): 'pass' | 'fail' | 'inconclusive' {
  const { verdict } = run.comparison;
  const standing = verdict === 'not worse' ? 'pass' : verdict === 'inconclusive' ? 'inconclusive' : 'fail';
  return gateRows(run).some((row) => row.standing === standing) ? 'pass' : standing;
}
