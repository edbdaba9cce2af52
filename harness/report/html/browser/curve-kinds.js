// What each chart shows: its series, units and scale. Runs in a browser as one module: curve-kinds.js, curve-marks.js, curves.js, charts.js and the page's own, after uPlot. Text is set as text, never as HTML.
export const data = JSON.parse(document.getElementById('data').textContent);
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

const trimmed = (value, digits) => value.toLocaleString('en-US', { maximumFractionDigits: digits });
const shortCount = (value) => {
  if (value >= 1e6) return `${trimmed(value / 1e6, 1)}M`;
  return value >= 1e3 ? `${trimmed(value / 1e3, 1)}k` : trimmed(value, 0);
};
const shortMs = (value) => (value >= 1000 ? `${trimmed(value / 1000, 1)} s` : `${trimmed(value, 1)} ms`);
export const nothing = (value) => value === null || value === undefined;
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
  // Drawn from the top of the stack to its bottom: lower areas cover what is under them.
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
  // Nothing but events is drawn in it.
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
export const lastSecond = () => Math.ceil(Math.max(1, ...data.map((run) => run.curves.seconds.at(-1) ?? 0)));

/** One scale for all targets, so that curves can be compared side by side. */
export function yRange(kind) {
  if (kind.stacked) {
    // Every planned operation is somewhere on the stack; the space above it is for events.
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
