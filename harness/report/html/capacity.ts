/** `capacity.html`: the answer, what broke first, a limit for each goal, and every hold; one file that needs no network. */
import type { CapacityHold, CapacityJson } from '../../capacity/capacity-shape.ts';
import { failsAtMost } from '../../capacity/fails-at-most.ts';
import type { Verdict } from '../../judge/judgement.ts';
import { answerSentence, cliffText, intervalText, leadText, promiseText } from '../capacity.ts';
import { capitalised, duration, glyph, listed, measured, nothing, number } from '../format.ts';
import { stillAssets } from './assets.ts';
import { courseChart, holdChart, ratesChart } from './capacity-charts.ts';
import { planMarkup } from './capacity-plan.ts';
import { html, type Markup } from './markup.ts';
import { pageText } from './page.ts';
import { sign } from './verdict.ts';

const assets = stillAssets(['capacity.css']);
const promised = [3, 5, 10, 20, 59];
const breaksShown = 8;

const verdictOf = ({ exitCode }: CapacityJson): Verdict =>
  exitCode === 0 ? 'pass' : exitCode === 11 ? 'fail' : 'inconclusive';

export function capacityHtml(capacity: CapacityJson): string {
  const { scenario, target, run, primaryPlural, heldPerSecond } = capacity;
  const verdict = verdictOf(capacity);
  const plan = planMarkup(capacity);
  return pageText({
    assets,
    title: `${glyph[verdict]} ${number(heldPerSecond)} ${primaryPlural}/s: ${scenario} › ${target}`,
    ink: { pass: '1f7a4a', fail: 'b3261e', inconclusive: '8a5a00' }[verdict],
    data: [],
    body: html`<header>
        <p class="name"><b>Toofan</b> <span>${scenario} › ${target}</span></p>
        <p class="muted">${run}</p>
        <p class="muted setting">${settingOf(capacity)}</p>
      </header>
      <main class="capacity">
        <section class="side" aria-label="Answer">
          <article class="card verdict ${verdict}">
            <h1>
              <span class="mark" aria-hidden="true">${glyph[verdict]}</span>
              ${heldPerSecond === null ? 'No rate held' : html`${capacity.kind === 'at-least' ? 'At least ' : ''}${number(heldPerSecond)} ${primaryPlural}/s`}
            </h1>
            <p class="headline">${capitalised(answerSentence(capacity))}.</p>
            <dl class="tiles">
              ${tile('Interval, 95 %', `${intervalText(capacity.interval)} /s`)}
              ${tile('Broke first', capitalised(leadText(capacity)))}
              ${tile('What the holds promise', capitalised(promiseText(capacity.held)))}
            </dl>
          </article>
        </section>
        ${section('holds-by-rate', 'Every hold by its rate', ratesChart(capacity))}
        ${section('goals', 'A limit for each goal', goalsTable(capacity))}
        ${section('first', 'What broke first', breaksTable(capacity))}
        ${plan === null ? '' : section('plan', 'Plan sheet', plan)} ${cliffOf(capacity)}
        ${section(
          'course',
          'The course of each hold',
          html`<p class="key">
              <b class="p99">p99</b>, <b class="lag">lag</b>; each from zero to the most that it had. What is before the
              dashed line settles and is not judged.
            </p>
            <div class="many">${capacity.holds.filter(({ curve }) => curve.length > 0).map(holdChart)}</div>`,
        )}
        ${section('holds', 'Holds', holdsTable(capacity.holds))}
        ${section('promise', 'What n clean holds can promise', promiseTable())}
      </main>`,
  });
}

const tile = (label: string, value: string): Markup =>
  html`<div class="tile">
    <dt>${label}</dt>
    <dd><span>${value}</span></dd>
  </div>`;

const section = (id: string, title: string, body: Markup): Markup =>
  html`<section class="${id}" aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    <div class="card">${body}</div>
  </section>`;

function settingOf({ settings, machine }: CapacityJson): string {
  const { from, to, width, confirm, holdMs, seed, stack, under } = settings;
  return [
    `${number(from)} to ${number(to)} per second, ${number(width * 100, 1)} % apart, confirmed by ${confirm}`,
    `holds of ${duration(holdMs)} or more`,
    ...(under === null ? [] : [`under ${under}`]),
    `seed ${seed}`,
    `${stack} stack on ${machine.cpus} cores, ${number(machine.memoryMiB / 1_024)} GiB, ${machine.platform}`,
  ].join(' · ');
}

function cliffOf(capacity: CapacityJson): Markup {
  const { cliff } = capacity;
  if (cliff === null) return html``;
  return section(
    'cliff',
    'Beyond the cliff',
    html`<p>${capitalised(cliffText(capacity) ?? '')}. <a href="${cliff.run}/report.html">Its report</a></p>
      ${courseChart(cliff.curve, `p99 and lag over the cliff at ${number(cliff.overloadPerSecond)} per second`)}`,
  );
}

const goalsTable = ({ goals }: CapacityJson): Markup =>
  html`<table class="results">
    <thead>
      <tr>
        <th>goal</th>
        <th>held at</th>
        <th>missed at</th>
      </tr>
    </thead>
    <tbody>
      ${goals.map(
        ({ name, heldPerSecond, failedPerSecond }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${number(heldPerSecond)}</td>
            <td>${number(failedPerSecond)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;

function breaksTable(capacity: CapacityJson): Markup {
  const { breaks } = capacity;
  if (breaks.length === 0) return html`<p>${capitalised(leadText(capacity))}.</p>`;
  return html`<p class="muted">
      At the lowest rate that failed: the first of three seconds in which a resource was above the median of the holds
      that passed by more than five times their median deviation.
    </p>
    <table class="results">
      <thead>
        <tr>
          <th>resource</th>
          <th>at</th>
          <th>before the miss</th>
        </tr>
      </thead>
      <tbody>
        ${breaks.slice(0, breaksShown).map(
          ({ resource, at, leadSeconds }) =>
            html`<tr>
              <th scope="row">${resource}</th>
              <td>+${number(at)} s</td>
              <td>${leadSeconds === null ? nothing : `${number(leadSeconds, 1)} s`}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

const holdsTable = (holds: readonly CapacityHold[]): Markup =>
  html`<div class="wide-table">
    <table class="dense">
      <thead>
        <tr>
          <th>per second</th>
          <th>p50</th>
          <th>p99</th>
          <th>lag</th>
          <th>climbs</th>
          <th>CPU</th>
          <th>by</th>
        </tr>
      </thead>
      <tbody>
        ${holds.map(
          ({ perSecond, verdict, run, p50Ms, p99Ms, lagMaxSeconds, lagSlope, ownCpuShare, failedBy, why }) =>
            html`<tr>
              <th scope="row">
                ${sign(verdict === 'held' ? 'pass' : verdict === 'failed' ? 'fail' : 'inconclusive')}
                <a href="${run}/report.html">${number(perSecond)}</a>
              </th>
              <td>${duration(p50Ms)}</td>
              <td>${duration(p99Ms)}</td>
              <td>${measured(lagMaxSeconds, 's')}</td>
              <td>${lagSlope === null ? nothing : `${number(lagSlope.perSecond, 3)} s/s`}</td>
              <td>${ownCpuShare === null ? nothing : `${number(ownCpuShare * 100)} %`}</td>
              <td class="why">${verdict === 'inconclusive' ? (why[0] ?? '') : listed(failedBy)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

const promiseTable = (): Markup =>
  html`<p class="muted">
      With 95 % confidence a hold at a rate fails no more often than this, where none of n did (the rule of three: about
      3 / n).
    </p>
    <table class="results">
      <thead>
        <tr>
          <th>clean holds</th>
          ${promised.map((n) => html`<th>${n}</th>`)}
        </tr>
      </thead>
      <tbody>
        <tr>
          <th scope="row">fail at most</th>
          ${promised.map((n) => html`<td>${number(failsAtMost(n) * 100)} %</td>`)}
        </tr>
      </tbody>
    </table>`;
