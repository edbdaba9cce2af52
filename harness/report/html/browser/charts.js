// The charts of a page: drawn at once, and redrawn when the window, the colour scheme or printing requires it. Runs after
// curves.js.
const positive = (value) => (value !== null && value > 0 ? value : null);
/** Each column plus all those below it; the last is the lowest. */
const stackedUp = (columns) =>
  columns.map((column, place) =>
    column.map((value, second) => columns.slice(place + 1).reduce((sum, below) => sum + below[second], value)),
  );
function drawable(columns, kind) {
  if (kind.stacked) return stackedUp(columns);
  return kind.logarithmic ? columns.map((column) => column.map(positive)) : columns;
}
function columnsOf(plot) {
  const { curves } = data[Number(plot.dataset.run)];
  const kind = kinds[plot.dataset.chart];
  return [
    curves.seconds,
    ...drawable(
      kind.series.map(({ name }) => curves.series[name]),
      kind,
    ),
  ];
}

export let charts = [];
function draw() {
  for (const chart of charts) chart.destroy();
  // Hidden or empty charts are drawn later.
  const plots = [...document.querySelectorAll('.plot:not([hidden] *)')].filter((plot) => data[plot.dataset.run].curves);
  charts = plots.map(
    (plot) =>
      new uPlot(options(plot, data[Number(plot.dataset.run)], kinds[plot.dataset.chart]), columnsOf(plot), plot),
  );
}
/** Updates existing charts with the current data. */
export function refresh() {
  for (const chart of charts) chart.setData(columnsOf(chart.root.parentElement));
}

draw();
let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth === width) return;
  width = innerWidth;
  draw();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
matchMedia('print').addEventListener('change', draw);
// Paper is white whatever the screen is.
addEventListener('beforeprint', () => {
  document.documentElement.dataset.print = '';
  draw();
});
addEventListener('afterprint', () => {
  delete document.documentElement.dataset.print;
  draw();
});
