// What the page does beyond its text: draws the curves, follows moments onto them, shows the rest of the examples.
// Runs in a browser as one module: curves.js, then page.js, after uPlot. Text is set as text, never as HTML.
const positive = (value) => (value !== null && value > 0 ? value : null);
/** Each column with all that stand below it; the last is the lowest. */
const stackedUp = (columns) =>
  columns.map((column, place) =>
    column.map((value, second) => columns.slice(place + 1).reduce((sum, below) => sum + below[second], value)),
  );
function drawable(columns, kind) {
  if (kind.stacked) return stackedUp(columns);
  return kind.logarithmic ? columns.map((column) => column.map(positive)) : columns;
}
let charts = [];
function draw() {
  for (const chart of charts) chart.destroy();
  charts = [...document.querySelectorAll('.plot')].map((plot) => {
    const run = data[Number(plot.dataset.run)];
    const kind = kinds[plot.dataset.chart];
    const columns = kind.series.map(({ name }) => run.curves.series[name]);
    return new uPlot(options(plot, run, kind), [run.curves.seconds, ...drawable(columns, kind)], plot);
  });
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

/** A followed moment puts the cursor there on every curve. */
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-at]');
  if (link === null) return;
  for (const chart of charts) chart.setCursor({ left: chart.valToPos(Number(link.dataset.at), 'x'), top: 10 });
});

const shownAtFirst = 10;
const element = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};
for (const button of document.querySelectorAll('button.more')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const { examples } = data[Number(button.dataset.run)].invariants[Number(button.dataset.invariant)];
    const list = button.previousElementSibling;
    for (const example of examples.slice(shownAtFirst)) {
      const item = document.createElement('li');
      const where = element('span', 'where', '');
      where.append(element('code', '', example.key ?? ''), ` ${example.moment}`);
      item.append(element('span', 'what', example.detail), where, element('span', 'ops', example.operations));
      list.append(item);
    }
    button.remove();
  });
}
