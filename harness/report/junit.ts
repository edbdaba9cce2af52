import type { InvariantResult, ObjectiveResult, Verdict } from '../judge/judgement.ts';
import { objectiveName } from './comparison.ts';
import { counted, observedText, plain, thresholdText } from './format.ts';
import { headline, type JudgedRun, moment, operations, startOf } from './judged-run.ts';

/**
 * One suite per target, one case per objective and invariant, and one for the run as a whole, which fails only if no other case
 * says why: everything broken fails once. `reportPath` is attached to each suite, in the form that GitLab and Jenkins read.
 *
 * Inconclusive is an `<error>`, not `<skipped>`: in JUnit an error is a check that could not be carried out, and Jenkins, GitLab,
 * GitHub's and Azure's readers all show it as not passed. A skipped case is grey and leaves the suite green, and a run without
 * evidence must never look like a pass.
 */
export function junitXml(runs: readonly JudgedRun[], reportPath: string): string {
  const suites = runs.map((run, id) => suite(run, id, reportPath));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join('\n')}\n</testsuites>\n`;
}

interface Case {
  readonly name: string;
  readonly verdict: Verdict;
  readonly message: string;
  readonly body: string;
}

/** Text for an element or an attribute: drops what XML 1.0 cannot hold, escapes the rest. */
export const xml = (text: string): string =>
  plain(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');

/** Several lines of an element's text. */
const xmlLines = (lines: readonly string[]): string => lines.map(xml).join('\n');

function suite(run: JudgedRun, id: number, reportPath: string): string {
  const { record, judgement } = run;
  const parts = [
    ...judgement.objectives.map(objectiveCase),
    ...judgement.invariants.map((invariant) => invariantCase(run, invariant)),
  ];
  const cases = [wholeRun(run, parts), ...parts];
  const seconds = (record.timings.drillMs / 1_000).toFixed(3);
  const failures = cases.filter(({ verdict }) => verdict === 'fail').length;
  const errors = cases.filter(({ verdict }) => verdict === 'inconclusive').length;
  const properties = {
    run: record.run,
    scenario: record.scenario.name,
    target: record.target.name,
    seed: String(record.seed),
    stack: record.stack.kind,
    timeScale: String(record.scenario.timeScale),
    loadScale: String(record.loadScale),
    command: record.command,
  };
  // The strictest schema in use wants exactly these attributes, and a timestamp without fraction or zone.
  const timestamp = new Date(startOf(record) / 1_000).toISOString().slice(0, 19);
  return [
    `  <testsuite name="${xml(record.target.name)}" package="${xml(record.scenario.name)}" id="${id}" hostname="localhost"` +
      ` timestamp="${timestamp}" tests="${cases.length}" failures="${failures}" errors="${errors}" time="${seconds}">`,
    '    <properties>',
    ...Object.entries(properties).map(([name, value]) => `      <property name="${name}" value="${xml(value)}"/>`),
    '    </properties>',
    ...cases.map((testcase) => caseXml(`${record.scenario.name}.${record.target.name}`, testcase)),
    `    <system-out>${systemOut(run, reportPath)}</system-out>`,
    '    <system-err></system-err>',
    '  </testsuite>',
  ].join('\n');
}

/** What the verdict rests on, and the page as an attachment. */
const systemOut = (run: JudgedRun, reportPath: string): string =>
  xmlLines([
    headline(run),
    ...run.judgement.notes,
    run.judgement.machine.note,
    `Repeat: ${run.record.command}`,
    `[[ATTACHMENT|${reportPath}]]`,
  ]);

/** In most readers, dots turn a class name into packages: scenario.target. */
function caseXml(className: string, { name, verdict, message, body }: Case): string {
  const opening = `    <testcase classname="${xml(className)}" name="${xml(name)}" time="0"`;
  if (verdict === 'pass') return `${opening}/>`;
  const element = verdict === 'fail' ? 'failure' : 'error';
  return `${opening}>\n      <${element} type="${verdict}" message="${xml(message)}">${body}</${element}>\n    </testcase>`;
}

/** A run whose cases all pass but whose verdict is not a pass must not be green. */
function wholeRun(run: JudgedRun, parts: readonly Case[]): Case {
  const { verdict, notes, machine } = run.judgement;
  const isSaid = parts.some((part) => part.verdict === verdict);
  return {
    name: 'verdict',
    verdict: isSaid ? 'pass' : verdict,
    message: headline(run),
    body: xmlLines([...notes, machine.note]),
  };
}

function objectiveCase(objective: ObjectiveResult): Case {
  const { verdict, detail } = objective;
  const message = `observed ${observedText(objective)}, promised ${thresholdText(objective)}`;
  return {
    name: objectiveName(objective),
    verdict,
    message: detail === '' ? message : `${message}: ${detail}`,
    body: xmlLines([message, detail, `evidence: ${counted(objective.evidence, 'value')}`]),
  };
}

function invariantCase({ record }: JudgedRun, invariant: InvariantResult): Case {
  const { name, promise, verdict, violations, examples, detail } = invariant;
  const most = 10;
  const shown = examples
    .slice(0, most)
    .map((example) =>
      [
        example.key ?? '',
        example.at === null ? '' : moment(record, example.at),
        example.detail,
        operations(example.ops, most),
      ]
        .filter((part) => part !== '')
        .join(' · '),
    );
  const count = verdict === 'inconclusive' ? detail : counted(violations, 'violation');
  return {
    name,
    verdict,
    message: count,
    body: xmlLines([promise, count, ...(detail === count ? [] : [detail]), ...shown]),
  };
}
