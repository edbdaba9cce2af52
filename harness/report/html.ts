/** `report.html`: one file that needs no network, with its own figures, styles and script inside. */
import { counted, glyph, number } from './format.ts';
import { assetsOf } from './html/assets.ts';
import { budgetsOf, hasBudgets } from './html/budgets.ts';
import { curveData } from './html/curve-data.ts';
import { curvesOf } from './html/curves.ts';
import { hasFaults, incidentOf } from './html/incident.ts';
import { html, type Markup } from './html/markup.ts';
import { pageText } from './html/page.ts';
import { generatorOf, impactOf, phasesOf, reachedIn, runAgain } from './html/particulars.ts';
import { counterexamplesOf, examplesData, hasExamples, promisesOf } from './html/promises.ts';
import { comparison, verdictCard, verdictWord } from './html/verdict.ts';
import { commitAccount, type JudgedRun, overall, scales } from './judged-run.ts';

/** Read once; every page has the same scripts and styles. */
const assets = assetsOf('browser/page.js');

/** The page about one or several targets. */
export function reportHtml(runs: readonly JudgedRun[]): string {
  const verdict = overall(runs);
  const scenarios = [...new Set(runs.map(({ record }) => record.scenario.name))].join(', ');
  const targets = runs.map(({ record }) => record.target.name).join(', ');
  const data = runs.map((run) => ({
    target: run.record.target.name,
    curves: curveData(run),
    invariants: examplesData(run),
  }));
  return pageText({
    assets,
    title: `${glyph[verdict]} ${verdictWord[verdict]}: ${scenarios} › ${targets}`,
    ink: { pass: '1f7a4a', fail: 'b3261e', inconclusive: '8a5a00' }[verdict],
    data,
    body: html`${header(runs, scenarios, targets)}
      <main>
        ${runs.length > 1 ? html`<h1 class="over ${verdict}"><span class="mark" aria-hidden="true">${glyph[verdict]}</span> ${verdictWord[verdict]} <span class="muted">over ${number(runs.length)} targets</span></h1>` : ''}
        <section class="side" aria-label="Verdict">
          ${runs.map((run, index) => verdictCard(run, index, runs.length === 1))}
        </section>
        ${runs.length > 1 ? comparison(runs) : ''} ${sectionsOf(runs).map((section) => sectionOf(section, runs))}
      </main>`,
  });
}

function header(runs: readonly JudgedRun[], scenarios: string, targets: string): Markup {
  const remarks = [...new Set(runs.flatMap((run) => scales(run)))];
  return html`<header>
    <p class="name"><b>Toofan</b> <span>${scenarios} › ${targets}</span></p>
    <p class="muted">${[...new Set(runs.map(({ record }) => record.run))].join(', ')}</p>
    <p class="muted setting">${[...new Set(runs.map(settingOf))].join('; ')}</p>
    ${remarks.length > 0 ? html`<p class="scales"><b>Not to scale:</b> ${remarks.join('; ')}.</p>` : ''}
    <nav aria-label="Sections">${sectionsOf(runs).map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}</nav>
  </header>`;
}

/** Where and how it ran, in one line; the command includes every value that was set. */
function settingOf(run: JudgedRun): string {
  const { machine, stack, seed, command } = run.record;
  const where = `${stack.kind} stack on ${counted(machine.cpus, 'core')}, ${number(machine.memoryMiB / 1_024)} GiB, ${machine.platform}`;
  return [command, `seed ${seed}`, commitAccount(run), where].filter((part) => part !== '').join(' · ');
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: (run: JudgedRun, index: number) => Markup;
  /** Whether a run has content for a section; a section without any is omitted. */
  readonly concerns?: (run: JudgedRun) => boolean;
}

const sections: readonly Section[] = [
  { id: 'curves', title: 'The surge', body: curvesOf },
  { id: 'promises', title: 'Promises', body: promisesOf },
  { id: 'counterexamples', title: 'Counterexamples', body: counterexamplesOf, concerns: hasExamples },
  { id: 'incident', title: 'The incident', body: incidentOf, concerns: hasFaults },
  { id: 'impact', title: 'Impact', body: impactOf },
  { id: 'budgets', title: 'Error budget', body: budgetsOf, concerns: hasBudgets },
  { id: 'phases', title: 'Phases', body: phasesOf },
  { id: 'reached', title: 'Dangerous states reached', body: reachedIn },
  { id: 'generator', title: 'Generator and clock', body: generatorOf },
  { id: 'again', title: 'Run it again', body: runAgain },
];

const sectionsOf = (runs: readonly JudgedRun[]): Section[] =>
  sections.filter(({ concerns }) => concerns === undefined || runs.some(concerns));

const sectionOf = ({ id, title, body }: Section, runs: readonly JudgedRun[]): Markup =>
  html`<section class="${id}" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <div class="side">
      ${runs.map(
        (run, index) =>
          html`<div class="card" id="${id}-${index}">
            ${runs.length > 1 ? html`<h3>${run.record.target.name}</h3>` : ''} ${body(run, index)}
          </div>`,
      )}
    </div>
  </section>`;
