/** Impact, phases, the generator's account, and how to run it again. */
import type { Source } from '../../scenario/scenario.ts';
import { capitalised, counted, duration, latency, measured, nothing, number, rupeesExact } from '../format.ts';
import { type JudgedRun, startOf } from '../judged-run.ts';
import { quotation, sourceFile } from '../quotation.ts';
import { html, Markup } from './markup.ts';

export function impactOf({ judgement }: JudgedRun): Markup {
  if (judgement.impact.length === 0) return html`<p class="muted">None calculated.</p>`;
  const isMoney = judgement.impact.some(({ unit }) => unit === 'paise');
  return html`<table class="results impact">
      <thead>
        <tr>
          <th scope="col">Figure</th>
          <th scope="col">Value</th>
        </tr>
      </thead>
      <tbody>
        ${judgement.impact.map(({ label, unit, value, formula, harm }) => {
          const exact =
            unit === 'paise' && Math.abs(value) >= 99_999_50 ? html`<small>${rupeesExact(value)}</small>` : '';
          return html`<tr class="${harm && value !== 0 ? 'fail' : 'pass'}">
            <th scope="row">${capitalised(label)}<small>${formula}</small></th>
            <td>${measured(value, unit)}${exact}</td>
          </tr>`;
        })}
      </tbody>
    </table>
    ${isMoney ? html`<p class="muted">1 lakh is 100,000; 1 crore is 10,000,000.</p>` : ''}`;
}

export function phasesOf({ judgement, record }: JudgedRun): Markup {
  const warm = new Set(record.phases.filter((phase) => phase.warmUp).map((phase) => phase.name));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Phases of ${record.target.name}">
    <table class="dense phases">
      <thead>
        <tr>
          ${['Phase', 'planned/s', 'sent/s', 'decided/s', 'p50', 'p99', 'p99.9'].map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      ${judgement.phases.map((phase) => {
        const total = Object.values(phase.byAnswer).reduce((sum, answer) => sum + answer.count, 0);
        return html`<tbody>
          <tr>
            <th scope="row">
              ${phase.name}${warm.has(phase.name) ? html` <small>warm-up: objectives do not apply</small>` : ''}
            </th>
            <td>${number(phase.plannedPerSecond, 1)}</td>
            <td>${number(phase.sentPerSecond, 1)}</td>
            <td>${number(phase.decidedPerSecond, 1)}</td>
            ${[phase.p50Ms, phase.p99Ms, phase.p999Ms].map((ms) => html`<td>${latency(ms, phase.plannedPerSecond)}</td>`)}
          </tr>
          ${Object.entries(phase.byAnswer).map(
            ([answer, { count, p50Ms, p99Ms }]) =>
              html`<tr class="answer">
                <th scope="row">${answer}</th>
                <td colspan="3">
                  ${number(count)}
                  <span class="muted">(${total > 0 ? measured(count / total, 'share') : nothing})</span>
                </td>
                <td>${duration(p50Ms)}</td>
                <td>${duration(p99Ms)}</td>
                <td></td>
              </tr>`,
          )}
        </tbody>`;
      })}
    </table>
  </div>`;
}

const facts = (rows: readonly (readonly [string, string | Markup])[]): Markup =>
  html`<dl class="facts">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;

export function generatorOf({ judgement, record }: JudgedRun): Markup {
  const { generator: g, clock } = judgement;
  return facts([
    ['Kept up', g.keptUp ? 'yes' : html`<b class="bad">no: the generator fell behind</b>`],
    ['Operations', `${number(g.planned)} planned, ${number(g.sent)} sent, ${number(g.acked)} acknowledged`],
    ['Not sent', `${number(g.failed)} failed, ${number(g.unsent)} unsent`],
    ['Send delay', `p99 ${measured(g.sendErrorP99Ms, 'ms')}, max ${measured(g.sendErrorMaxMs, 'ms')}`],
    ['CPU', `${number(g.cpuMicrosPerOp, 1)}µs per operation, history included`],
    ['Processes', number(record.generators.length)],
    [
      'Clocks',
      clock.agrees
        ? `generator and broker agree within ${measured(clock.worstOffsetMs, 'ms')}`
        : html`<b class="bad">disagree by ${measured(clock.worstOffsetMs, 'ms')}: latency cannot be judged</b>`,
    ],
    [
      'Timestamps by',
      record.stack.stampedBy === 'broker' ? 'the broker (LogAppendTime)' : 'the producer: the target’s own clock',
    ],
  ]);
}

/** The dangerous states that the drill reached, each with what is counted. */
export const reachedIn = ({ judgement }: JudgedRun): Markup =>
  judgement.reached.length === 0
    ? html`<p>None of the dangerous states was reached.</p>`
    : facts(judgement.reached.map(({ state, meaning, count }) => [state, `${number(count)}: ${meaning}`] as const));

export function runAgain({ record, judgement }: JudgedRun): Markup {
  const { stack, machine, timings } = record;
  const versions = Object.entries(stack.versions).map(([name, version]) => `${name} ${version}`);
  const scale = `story time ${number(record.scenario.timeScale, 2)}×, load ${number(record.loadScale, 4)}×`;
  return html`<pre
      class="command"
      tabindex="0"
      aria-label="Command to repeat this run"
    ><code>${record.command}</code></pre>
    ${facts([
      ['Run', record.run],
      ['Seed', String(record.seed)],
      ['Scales', scale],
      [
        'Started',
        new Date(startOf(record) / 1_000)
          .toISOString()
          .replace('T', ' ')
          .replace(/\.\d+Z$/, ' UTC'),
      ],
      ['Stack', `${stack.kind}${stack.reason === '' ? '' : `: ${stack.reason}`}`],
      ['Versions', versions.join(', ')],
      [
        'Machine',
        `${number(machine.cpus)} cores, ${number(machine.memoryMiB / 1_024, 1)} GiB, ${machine.platform}, Node ${machine.node}`,
      ],
      [
        'Duration',
        `stack ${duration(timings.stackUpMs)}, drill ${duration(timings.drillMs)}, judging ${duration(judgement.judgeMs)}`,
      ],
      ['Sources', html`${record.scenario.sources.map(sourceOf)}`],
    ])}`;
}

/** A page quotes this many sources; further ones are only named. */
const quotedAtMost = 10;

/** The source of a number; lines of the source text open to a quotation. */
function sourceOf(source: Source, place: number): Markup {
  if (!('seed' in source)) return html`<div class="source">${source.public}</div>`;
  const name = `source text, ${source.seed.includes('-') ? 'lines' : 'line'} ${source.seed}`;
  const quoted = place < quotedAtMost ? quotation(source.seed) : undefined;
  if (quoted === undefined) return html`<div class="source">${name}</div>`;
  return html`<details class="source">
    <summary>${name}</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="${capitalised(name)}">
      <ol start="${quoted.first}">
        ${quoted.lines.map(lineOf)}
      </ol>
    </div>
    ${quoted.leftOut > 0 ? html`<p class="muted">${counted(quoted.leftOut, 'more line')} in ${sourceFile}.</p>` : ''}
  </details>`;
}

/** Text put into a page loses its leading and trailing blanks; code needs them. */
const lineOf = (line: string): Markup => html`<li>${new Markup(' '.repeat(line.search(/[^ ]|$/)))}${line}</li>`;
