// Marks under and over the curves: phases, faults, bounds, events. Runs after curve-kinds.js.
/** Bands and lines under the curves: phases, faults, the first broken promise, bounds. */
export function drawUnder(u, run, kind) {
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
 * Labels next to their lines on one row: to the right if there is room, else to the left, else none, since the text below the
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
      // An outline, because lines run through it otherwise.
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

/** Events over the stack: fault spans, alerts, responders' actions. */
export function drawStory(u, run) {
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

/** Events, each on its own lane: its name beside the span, to the right if there is room. */
export function drawLanes(u, run) {
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

/** A bound's label, on a background: grid lines run through it otherwise. */
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

/** Names over the curves, on separate rows so that they do not collide: phases, the broken promise, faults. */
export function drawOver(u, run, kind) {
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
