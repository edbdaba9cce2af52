// How the curves are drawn. Runs in a browser as one module: curves.js, charts.js and the page's own, after uPlot. Text is set as text, never as HTML.
const data = JSON.parse(document.getElementById('data').textContent);
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const trimmed = (value, digits) => value.toLocaleString('en-US', { maximumFractionDigits: digits });
const shortCount = (value) => {
  if (value >= 1e6) return `${trimmed(value / 1e6, 1)}M`;
  return value >= 1e3 ? `${trimmed(value / 1e3, 1)}k` : trimmed(value, 0);
};
const shortMs = (value) => (value >= 1000 ? `${trimmed(value / 1000, 1)} s` : `${trimmed(value, 1)} ms`);
const nothing = (value) => value === null || value === undefined;
const longMs = (value) => {
  if (nothing(value)) return '–';
  return value >= 1000 ? `${trimmed(value / 1000, 2)} s` : `${trimmed(value, value < 10 ? 1 : 0)} ms`;
};

const shortShare = (value) => `${trimmed(value * 100, 2)} %`;
const longShare = (value) => (nothing(value) ? '–' : shortShare(value));

export const kinds = {
  rates: {
    series: [
      { name: 'planned', ink: 'planned', width: 1.5, dash: [6, 4] },
      { name: 'sent', ink: 'sent', width: 1.5 },
      { name: 'decided', ink: 'decided', width: 2.25 },
    ],
    tick: shortCount,
    value: (value) => (nothing(value) ? '–' : `${grouped.format(value)}/s`),
    limits: null,
    named: true,
  },
  // Drawn from the top of the stack to its bottom, so that what stands lower covers what is under it.
  service: {
    series: [
      { name: 'wrong', ink: 'fail' },
      { name: 'failed', ink: 'failed' },
      { name: 'timedOut', ink: 'timed-out' },
      { name: 'rejected', ink: 'rejected' },
      { name: 'shed', ink: 'shed' },
      { name: 'degraded', ink: 'degraded' },
      { name: 'correct', ink: 'decided' },
    ],
    tick: shortCount,
    value: (value) => (nothing(value) ? '–' : `${grouped.format(value)}/s`),
    limits: null,
    stacked: true,
  },
  latency: {
    series: [
      { name: 'p50Ms', ink: 'sent', width: 1.5 },
      { name: 'p99Ms', ink: 'decided', width: 2.25 },
    ],
    tick: shortMs,
    value: longMs,
    limits: 'latencyMs',
    logarithmic: true,
  },
  lagSeconds: {
    series: [{ name: 'lagSeconds', ink: 'decided', width: 2.25 }],
    tick: (value) => (value === 0 || value >= 1 ? `${trimmed(value, 2)} s` : `${trimmed(value * 1000, 0)} ms`),
    value: (value) => (nothing(value) ? '–' : longMs(value * 1000)),
    limits: 'lagSeconds',
  },
  lagMessages: {
    series: [{ name: 'lagMessages', ink: 'decided', width: 2.25 }],
    tick: shortCount,
    value: (value) => (nothing(value) ? '–' : grouped.format(value)),
    limits: 'lagMessages',
  },
  // Nothing is drawn in it but what happened.
  story: {
    series: [{ name: 'story', ink: 'decided' }],
    tick: () => '',
    value: () => '–',
    limits: null,
    stacked: true,
    bare: true,
  },
  stale: {
    series: [{ name: 'staleShare', ink: 'decided', width: 2.25 }],
    tick: shortShare,
    value: longShare,
    limits: null,
  },
  machine: {
    series: [
      { name: 'ioPressure', ink: 'muted', width: 1.5, dash: [2, 3] },
      { name: 'stealCpu', ink: 'shed', width: 1.5, dash: [6, 4] },
      { name: 'ownCpu', ink: 'decided', width: 2.25 },
      { name: 'foreignCpu', ink: 'fail', width: 2.25 },
    ],
    tick: shortShare,
    value: longShare,
    limits: null,
  },
};

const known = (values) => values.filter((value) => !nothing(value) && Number.isFinite(value));
const lastSecond = () => Math.ceil(Math.max(1, ...data.map((run) => run.curves.seconds.at(-1) ?? 0)));

/** One scale for all targets, so that curves side by side can be compared by eye. */
function yRange(kind) {
  if (kind.stacked) {
    // Everything planned is something on the stack; above it is room for what happened.
    return [0, 1.5 * Math.max(1, ...data.flatMap((run) => known(run.curves.series.planned)))];
  }
  const values = data.flatMap((run) => kind.series.flatMap((series) => known(run.curves.series[series.name])));
  const limits = kind.limits === null ? [] : data.flatMap((run) => run.curves.limits[kind.limits].map((l) => l.value));
  const most = Math.max(...values, ...limits);
  if (values.length + limits.length === 0) return kind.logarithmic ? [1, 1_000] : [0, 1];
  if (!kind.logarithmic) return [0, most > 0 ? most * (kind.named ? 1.22 : 1.12) : 1];
  const least = Math.max(0.1, Math.min(...values.filter((value) => value > 0), ...limits));
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(Math.max(most, least * 10)))];
}

/** Bands and lines under the curves: phases, faults, the first broken promise, what was promised. */
function drawUnder(u, run, kind) {
  const { ctx, bbox } = u;
  const x = (second) => Math.round(u.valToPos(second, 'x', true));
  const { top, height, left, width } = bbox;
  ctx.save();
  ctx.beginPath();
  ctx.rect(left, top, width, height);
  ctx.clip();
  ctx.fillStyle = colour('shade');
  run.phases.forEach((phase, place) => {
    if (place % 2 === 0) ctx.fillRect(x(phase.from), top, x(phase.to) - x(phase.from), height);
  });
  ctx.globalAlpha = 0.13;
  ctx.fillStyle = colour('fault');
  for (const fault of run.faults) ctx.fillRect(x(fault.from), top, Math.max(2, x(fault.to) - x(fault.from)), height);
  ctx.globalAlpha = 1;
  for (const fault of run.faults) line(u, x(fault.from), 'fault', [3, 3]);
  if (run.breach) line(u, x(run.breach.at), 'fail', []);
  for (const limit of kind.limits === null ? [] : run.limits[kind.limits]) threshold(u, limit);
  ctx.restore();
}

function line(u, x, ink, dash) {
  const { ctx, bbox } = u;
  ctx.strokeStyle = colour(ink);
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.setLineDash([]);
}

function threshold(u, limit) {
  const { ctx, bbox } = u;
  const y = Math.round(u.valToPos(limit.value, 'y', true));
  ctx.strokeStyle = colour('muted');
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(bbox.left, y);
  ctx.lineTo(bbox.left + bbox.width, y);
  ctx.stroke();
  ctx.setLineDash([]);
}

function write(u, text, x, y, ink, baseline, weight = '500') {
  const { ctx } = u;
  ctx.font = `${weight} ${12 * devicePixelRatio}px ${colour('sans')}`;
  ctx.fillStyle = colour(ink);
  ctx.textBaseline = baseline;
  ctx.textAlign = 'left';
  ctx.fillText(text, x, y);
}

/**
 * Labels beside their lines on one row: on the right where there is room, else on the left, else none, as the text below the
 * curves has them all.
 */
function writeRow(u, labels, y) {
  const { ctx, bbox } = u;
  const gap = 5 * devicePixelRatio;
  const x = (second) => Math.round(u.valToPos(second, 'x', true));
  ctx.font = `600 ${12 * devicePixelRatio}px ${colour('sans')}`;
  let taken = bbox.left;
  labels
    .toSorted((a, b) => a.at - b.at)
    .forEach(({ at, text, ink }, place, all) => {
      const width = ctx.measureText(text).width;
      const next = all[place + 1] === undefined ? bbox.left + bbox.width : x(all[place + 1].at);
      const right = x(at) + gap;
      const left = x(at) - gap - width;
      const from = right >= taken && right + width < next ? right : left >= taken ? left : undefined;
      if (from === undefined) return;
      // A rim, as lines run through it otherwise.
      ctx.textBaseline = 'top';
      ctx.lineWidth = 4 * devicePixelRatio;
      ctx.strokeStyle = colour('card');
      ctx.strokeText(text, from, y);
      write(u, text, from, y, ink, 'top', '600');
      taken = Math.max(from + width + gap, from === right ? 0 : x(at));
    });
}

/** CSS pixels. */
export const laneHeight = 20;
const markLabel = ({ name, at, kind }) => ({ text: `${kind === 'alert' ? '▲' : '◆'} ${name}`, at, ink: kind });

/** What happened, over the stack: spans of faults, what alerts told, what responders did. */
function drawStory(u, run) {
  const { ctx, bbox } = u;
  const row = (place) => bbox.top + (4 + place * 18) * devicePixelRatio;
  const x = (second) => Math.round(u.valToPos(second, 'x', true));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const fault of run.faults) {
    ctx.globalAlpha = 0.13;
    ctx.fillStyle = colour('fault');
    ctx.fillRect(x(fault.from), bbox.top, Math.max(2, x(fault.to) - x(fault.from)), row(3) - bbox.top);
    ctx.globalAlpha = 1;
    line(u, x(fault.from), 'fault', [3, 3]);
  }
  for (const mark of run.marks) line(u, x(mark.at), mark.kind, [1, 3]);
  ctx.restore();
  const faults = run.faults.map(({ name, from }) => ({ text: name, at: from, ink: 'fault' }));
  writeRow(u, faults, row(0));
  for (const [place, kind] of ['alert', 'action'].entries()) {
    const labels = run.marks.filter((mark) => mark.kind === kind).map((mark) => markLabel(mark));
    writeRow(u, labels, row(place + 1));
  }
}

/** What happened, each on a lane of its own: its name beside the span, on the right where there is room. */
function drawLanes(u, run) {
  const { ctx, bbox } = u;
  const x = (second) => Math.round(u.valToPos(second, 'x', true));
  const gap = 5 * devicePixelRatio;
  ctx.font = `600 ${12 * devicePixelRatio}px ${colour('sans')}`;
  run.lanes.forEach(({ name, from, to, kind }, place) => {
    const top = bbox.top + (place * laneHeight + 3) * devicePixelRatio;
    ctx.fillStyle = colour(kind);
    ctx.globalAlpha = 0.45;
    ctx.fillRect(x(from), top, Math.max(3 * devicePixelRatio, x(to) - x(from)), (laneHeight - 6) * devicePixelRatio);
    ctx.globalAlpha = 1;
    const width = ctx.measureText(name).width;
    const isRoom = x(to) + gap + width < bbox.left + bbox.width;
    const beside = isRoom ? x(to) + 2 * gap : Math.max(bbox.left, x(from) - gap - width);
    write(u, name, beside, top - devicePixelRatio, kind, 'top', '600');
  });
}

/** What was promised, on a ground of its own: the lines of the grid run through it otherwise. */
function writeLimit(u, limit) {
  const { ctx, bbox } = u;
  const gap = 4 * devicePixelRatio;
  const y = Math.round(u.valToPos(limit.value, 'y', true)) - gap;
  const height = 14 * devicePixelRatio;
  ctx.font = `500 ${12 * devicePixelRatio}px ${colour('sans')}`;
  ctx.fillStyle = colour('card');
  ctx.fillRect(bbox.left + gap, y - height, ctx.measureText(limit.text).width + 2 * gap, height);
  write(u, limit.text, bbox.left + 2 * gap, y, 'muted', 'bottom');
}

/** Names over the curves, on rows of their own so that they do not meet: phases, the broken promise, faults. */
function drawOver(u, run, kind) {
  for (const limit of kind.limits === null ? [] : run.limits[kind.limits]) writeLimit(u, limit);
  if (!kind.named) return;
  const { ctx, bbox } = u;
  const row = (place) => bbox.top + (6 + place * 16) * devicePixelRatio;
  const x = (second) => Math.round(u.valToPos(second, 'x', true));
  ctx.save();
  for (const phase of run.phases) {
    ctx.font = `500 ${12 * devicePixelRatio}px ${colour('sans')}`;
    const room = x(phase.to) - x(phase.from) - 8 * devicePixelRatio;
    if (ctx.measureText(phase.name).width <= room) {
      write(u, phase.name, x(phase.from) + 5 * devicePixelRatio, row(0), 'muted', 'top');
    }
  }
  if (run.breach) writeRow(u, [{ text: `✗ ${run.breach.name}`, at: run.breach.at, ink: 'fail' }], row(1));
  const faults = run.faults.map(({ name, from }) => ({ text: name, at: from, ink: 'fault' }));
  writeRow(u, faults, row(run.breach ? 2 : 1));
  ctx.restore();
}

/** What is drawn under and over the curves, and what the keys say where the cursor is. */
function hooksOf(run, kind, keys) {
  return {
    drawClear: kind.stacked ? [] : [(u) => drawUnder(u, run.curves, kind)],
    draw: [
      (u) => {
        // The next drawing takes its fonts and inks for those that it left.
        u.ctx.save();
        if (kind.bare) drawLanes(u, run.curves);
        else if (kind.stacked) drawStory(u, run.curves);
        else drawOver(u, run.curves, kind);
        u.ctx.restore();
      },
    ],
    setCursor: [
      (u) => {
        const { idx } = u.cursor;
        for (const key of keys) {
          const value = nothing(idx) ? undefined : run.curves.series[key.dataset.value][idx];
          key.textContent = value === undefined ? key.dataset.idle : kind.value(value);
        }
      },
    ],
  };
}

export function options(plot, run, kind) {
  const font = `12px ${colour('sans')}`;
  const axis = {
    stroke: colour('muted'),
    font,
    grid: { stroke: colour('grid'), width: 1, show: !kind.bare },
    ticks: { show: false },
  };
  const keys = plot.closest('figure').querySelectorAll('[data-value]');
  return {
    width: Math.max(120, plot.clientWidth),
    height: plot.clientHeight,
    padding: [10, 16, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: 'drill' },
      y: false,
      drag: { x: false, y: false },
      points: kind.stacked ? { show: false } : { size: 7 },
    },
    scales: {
      x: { time: false, range: () => [0, lastSecond()] },
      y: { range: () => yRange(kind), ...(kind.logarithmic ? { distr: 3 } : {}) },
    },
    axes: [
      { ...axis, size: 26, gap: 4, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
      {
        ...axis,
        size: 52,
        gap: 6,
        // A logarithmic axis hands over nulls for the ticks that it leaves unnamed.
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : kind.tick(tick))),
      },
    ],
    series: [
      {},
      ...kind.series.map((series) => ({
        stroke: colour(kind.stacked ? 'card' : series.ink),
        width: series.width ?? 1,
        points: { show: false },
        show: !kind.bare,
        // A second's bar stands over the whole of it, its point in the middle: steps would begin at that point, half a second late.
        ...(kind.stacked ? { fill: colour(series.ink), paths: uPlot.paths.bars({ size: [1, Infinity] }) } : {}),
        ...(series.dash ? { dash: series.dash } : {}),
      })),
    ],
    hooks: hooksOf(run, kind, keys),
  };
}
