// The report page's script: shows linked moments on the curves, and the rest of the examples. Runs in a browser as one module:
// the curves' scripts, charts.js, then page.js, after uPlot. Text is set as text, never as HTML.
/** A linked moment puts the cursor there on every curve. */
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-at]');
  if (link === null) return;
  for (const chart of charts) chart.setCursor({ left: chart.valToPos(Number(link.dataset.at), 'x'), top: 10 });
});

/** More at a time would make the page too heavy to scroll. */
const shownAtOnce = 100;
const element = (name, className, text) => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};
const moreText = (rest) => `Show ${Math.min(rest, shownAtOnce)} of ${grouped.format(rest)} more`;
for (const button of document.querySelectorAll('button.more')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const { examples } = data[Number(button.dataset.run)].invariants[Number(button.dataset.invariant)];
    const list = button.previousElementSibling;
    const from = list.children.length;
    for (const example of examples.slice(from, from + shownAtOnce)) {
      const item = document.createElement('li');
      const where = element('span', 'where', '');
      where.append(element('code', '', example.key ?? ''), ` ${example.moment}`);
      item.append(element('span', 'what', example.detail), where, element('span', 'ops', example.operations));
      list.append(item);
    }
    const rest = examples.length - list.children.length;
    if (rest === 0) button.remove();
    else button.textContent = moreText(rest);
  });
}
