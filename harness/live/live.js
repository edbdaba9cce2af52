// The live page's script: receives events and shows them. Runs in a browser as one module: the curves' scripts, charts.js, then
// live.js, after uPlot. Text is set as text, never as HTML.
const place = (id) => document.getElementById(id);
const figures = [
  { name: 'planned', of: 'plannedPerSecond', text: kinds.rates.value },
  { name: 'sent', of: 'sentPerSecond', text: kinds.rates.value },
  { name: 'decided', of: 'decidedPerSecond', text: kinds.rates.value },
  { name: 'p99Ms', of: 'p99Ms', text: kinds.latency.value, limits: 'latencyMs' },
  { name: 'lagSeconds', of: 'lagSeconds', text: kinds.lagSeconds.value, limits: 'lagSeconds' },
  { name: 'lagMessages', of: 'lagMessages', text: kinds.lagMessages.value, limits: 'lagMessages' },
];
let state = null;

const isEnd = { fault: new Set(['healed', 'failed']), action: new Set(['verified', 'failed']) };
/** From its command to its end, or until now if it is going on: each fault and each action. */
function spansOf(happened, now) {
  const spans = [];
  for (const { kind, name, stage, at } of happened) {
    const open = spans.findLast((span) => span.kind === kind && span.name === name && span.open);
    if (kind in isEnd && stage === 'commanded') spans.push({ kind, name, from: at, to: now, open: true });
    else if (open !== undefined && isEnd[kind].has(stage)) Object.assign(open, { to: at, open: false, stage });
  }
  return spans;
}
const mostLanes = 16;
const laneOf = ({ name, stage, kind, ...span }) =>
  stage === 'failed' ? { ...span, name: `✗ ${name}`, kind: 'fail' } : { ...span, name, kind };

/** What was measured so far, followed by what is planned. */
function curvesNow({ drill, samples, happened }) {
  const seen = samples.filter((sample, index) => index === 0 || sample.elapsedMs > samples[index - 1].elapsedMs);
  const now = (seen.at(-1)?.elapsedMs ?? -1) / 1000;
  const ahead = drill.planned.filter(({ at }) => at > now);
  const later = ahead.map(() => null);
  const spans = spansOf(happened, Math.max(0, now));
  const column = (of) => [...seen.map((sample) => sample[of]), ...later];
  return {
    seconds: [...seen.map(({ elapsedMs }) => elapsedMs / 1000), ...ahead.map(({ at }) => at)],
    series: {
      ...Object.fromEntries(figures.map(({ name, of }) => [name, column(of)])),
      planned: [...seen.map((sample) => sample.plannedPerSecond), ...ahead.map(({ perSecond }) => perSecond)],
      p50Ms: column('none').map(() => null),
      story: column('none').map(() => null),
    },
    phases: drill.phases,
    faults: spans.filter(({ kind }) => kind === 'fault'),
    lanes: spans.slice(-mostLanes).map(laneOf),
    marks: [],
    breach: null,
    limits: drill.limits,
  };
}

const untold = [];
/** Announces it to screen readers, together with everything else that is new at the same moment: a later text replaces it. */
const tell = (text) => untold.push(text);
function showTold() {
  if (untold.length > 0) place('told').textContent = untold.splice(0).join('; ');
}
const whole = (seconds) => trimmed(Math.floor(seconds), 0);

function showNow({ drill, samples, note, verdict, brokenOff }) {
  const last = samples.at(-1);
  const over = last !== undefined && last.remainingMs === 0;
  place('target').textContent = drill.target;
  place('place').textContent = [drill.target, drill.place].filter((text) => text !== '').join(', ');
  const phase = last === undefined ? 'Getting ready' : over && note !== '' ? note : last.phase;
  const title = verdict?.text ?? (brokenOff ? 'Aborted' : phase);
  if (place('phase').textContent !== title) tell(title);
  place('phase').textContent = title;
  place('now').className = `card verdict ${verdict?.verdict ?? ''}`;
  place('left').textContent = leftText(state, over);
  place('progress').value = last === undefined ? 0 : Math.min(1, last.elapsedMs / 1000 / drill.durationSeconds);
  place('report').hidden = verdict === null;
  document.title = `${title}: ${drill.scenario} › ${drill.target}`;
}

function leftText({ drill, samples, note, verdict, brokenOff }, over) {
  const last = samples.at(-1);
  if (verdict !== null) return 'The verdict is in.';
  if (brokenOff) return 'The run ended without a verdict; the terminal says why.';
  if (last === undefined) return note;
  const passed = `+${whole(last.elapsedMs / 1000)} s`;
  if (over) return `${passed}, the load has ended`;
  return `${passed} of ${whole(drill.durationSeconds)} s, ${trimmed(Math.ceil(last.remainingMs / 1000), 0)} s left`;
}

function showFigures({ samples, drill }) {
  const last = samples.at(-1) ?? {};
  for (const { name, of, text, limits } of figures) {
    const value = text(last[of]);
    const now = document.querySelector(`[data-now=${name}]`);
    now.textContent = value;
    if (limits !== undefined) showLimits(now, drill.limits[limits], last[of], last.phase);
    for (const key of document.querySelectorAll(`[data-value=${name}]`)) key.dataset.idle = key.textContent = value;
  }
}

/** What was promised; bad while its phase runs and the figure is beyond it. */
function showLimits(now, limits, value, phase) {
  const isBeyond = limits.some((limit) => value >= limit.value && (limit.during ?? phase) === phase);
  now.nextElementSibling.textContent = limits.map(({ text }) => text).join(', ');
  now.closest('.tile').className = isBeyond ? 'tile bad' : 'tile';
}

const element = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};
function itemOf({ at, kind, name, stage }) {
  const item = document.createElement('li');
  const known = stage === 'failed' ? 'bad' : kind in isEnd ? kind : '';
  item.append(element('span', 'when', `+${trimmed(at, 0)} s`), ' ', element('b', '', name), ' ');
  item.append(element('span', `state ${known}`, kind === 'phase' ? 'phase' : `${kind} ${stage}`));
  return item;
}

/** What is left of one key, as a bar and in words; negative if more was sold than available. */
function wantedItem({ name, opening, left, goneAt }) {
  const item = element('li', left !== null && left < 0 ? 'bad' : '', '');
  const bar = element('span', 'bar', '');
  const fill = element('i', '', '');
  fill.style.width = `${100 * Math.min(1, Math.max(0, (left ?? 0) / Math.max(1, opening)))}%`;
  bar.append(fill);
  const gone = goneAt === null ? '' : `, gone at +${trimmed(goneAt, 0)} s`;
  const words = left === null ? '–' : `${grouped.format(left).replace('-', '−')} of ${grouped.format(opening)}${gone}`;
  item.append(element('span', 'name', name), ' ', element('span', 'left', words), ' ', bar);
  return item;
}
function showWanted({ wanted }) {
  place('left-of-wanted').hidden = wanted.length === 0;
  place('wanted-keys').replaceChildren(...wanted.map(wantedItem));
}

const remember = (happened) => place('events').prepend(...happened.map(itemOf).toReversed());

function showCurves() {
  data[0].curves = curvesNow(state);
  const { lanes } = data[0].curves;
  const strip = place('strip');
  const height = `${lanes.length * laneHeight + axisHeight}px`;
  const isAsBefore = charts.length > 0 && strip.lastElementChild.style.height === height;
  strip.lastElementChild.style.height = height;
  strip.hidden = lanes.length === 0;
  if (isAsBefore) refresh();
  else draw();
  for (const figure of document.querySelectorAll('.chart')) {
    const title = figure.querySelector('.title').textContent;
    figure.querySelector('.plot').ariaLabel = `${title}, ${state.samples.length} samples so far`;
  }
}

/** Includes the space that uPlot leaves above it. */
const axisHeight = 36;
let asked = false;
/** At most once per frame, and not while the page is hidden. */
function show() {
  showNow(state);
  showFigures(state);
  showWanted(state);
  showTold();
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => {
    asked = false;
    showCurves();
  });
}

const source = new EventSource('events');
const connection = (className, text) => {
  place('connection').className = className;
  place('connection').textContent = text;
};
const on = (name, act) =>
  source.addEventListener(name, (event) => {
    act(JSON.parse(event.data));
    show();
  });

/** The address now serves the report. Leaves screen readers a moment; stays if nothing answers any more. */
async function leave() {
  source.close();
  connection('', 'The run has ended');
  if (state.verdict === null) return;
  await new Promise((resolve) => setTimeout(resolve, document.hidden ? 0 : 400));
  const isThere = await fetch('/', { method: 'HEAD' }).then(
    ({ ok }) => ok,
    () => false,
  );
  if (isThere) location.reload();
  else place('report').textContent = `The report is ${state.verdict.reportPath}`;
}
function takeWhole(told) {
  state = told;
  place('events').replaceChildren();
  remember(state.happened);
  if (state.verdict !== null || state.brokenOff) void leave();
}

on('whole', takeWhole);
on('end', takeWhole);
on('note', (note) => (state.note = note));
on('sample', ({ sample, happened, wanted, note }) => {
  const isNew = ({ key, goneAt }) => goneAt !== null && state.wanted.find((one) => one.key === key)?.goneAt === null;
  for (const one of wanted.filter(isNew)) tell(`nothing left of ${one.name}`);
  state.samples.push(sample);
  state.happened.push(...happened);
  state.note = note;
  state.wanted = wanted;
  remember(happened);
  for (const { kind, name, stage } of happened) if (kind !== 'phase') tell(`${kind} ${name} ${stage}`);
});
source.addEventListener('open', () => connection('open', 'Live'));
source.addEventListener('error', () =>
  connection('lost', source.readyState === EventSource.CLOSED ? 'Disconnected' : 'Disconnected, trying again'),
);
