/**
 * Arms one of a worker's crash points by name, or by `name:n` for the nth passing: there the process kills itself with SIGKILL,
 * as the kernel or an operator would. Call the returned function at every point.
 */
export function armCrashPoint<Point extends string>(
  spec: string | undefined,
  points: readonly Point[],
): (point: Point) => void {
  if (spec === undefined || spec === '') return () => {};
  const [name, nth = '1'] = spec.split(':');
  const armed = points.find((point) => point === name);
  let left = Number(nth);
  if (armed === undefined || !Number.isInteger(left) || left < 1) {
    throw new Error(`TOOFAN_CRASH_AT=${spec}: must be point or point:nth; known points: ${points.join(', ')}`);
  }
  return (point) => {
    if (point === armed && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
