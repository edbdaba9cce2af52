// Curves of several runs over one another. Runs after charts.js, which draws nothing of what is still hidden.
const dashes = [undefined, [8, 4], [2, 3], [12, 3, 2, 3], [5, 5], [1, 5]];
for (const { id, series } of data[0].charts) {
  const lines = Array.from({ length: data[0].runs }, (_, index) => ({
    name: `${series}:${index}`,
    ink: `run-${index}`,
    width: 2,
    ...(dashes[index] === undefined ? {} : { dash: dashes[index] }),
  }));
  kinds[`over-${id}`] = { ...kinds[id], series: lines };
}
for (const hidden of document.querySelectorAll('.charts[hidden]')) hidden.hidden = false;
draw();
