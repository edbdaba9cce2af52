/** A process of the calibration: on each message it does the fixed piece of work and answers how long that took, ms. */
const words = 1 << 20;
const steps = 5_000_000;
const memory = new Uint32Array(words);

/** What a drill's programs do most: integer arithmetic, branches, and memory beyond the nearest cache. */
function work(): number {
  let state = 0x9e3779b9;
  for (let step = 0; step < steps; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const at = state & (words - 1);
    const was = memory[at] ?? 0;
    memory[at] = (was & 1) === 0 ? was + state : was >>> 1;
  }
  return state;
}

process.on('message', () => {
  const begun = performance.now();
  work();
  process.send?.(performance.now() - begun);
});
