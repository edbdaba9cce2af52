// A chart as uPlot takes it. Runs after curve-marks.js.
/** What is drawn under and over the curves, and the keys' text at the cursor. */
function hooksOf(run, kind, keys) {
  return {
    drawClear: kind.stacked ? [] : [(u) => drawUnder(u, run.curves, kind)],
    draw: [
      (u) => {
        // The next drawing would inherit these fonts and colours.
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
        // A logarithmic axis passes nulls for its unlabelled ticks.
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
        // A second's bar covers all of it, while its point is in the middle: steps would begin at that point, half a second late.
        ...(kind.stacked ? { fill: colour(series.ink), paths: uPlot.paths.bars({ size: [1, Infinity] }) } : {}),
        ...(series.dash ? { dash: series.dash } : {}),
      })),
    ],
    hooks: hooksOf(run, kind, keys),
  };
}
