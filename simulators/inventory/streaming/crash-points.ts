/** Where a worker can be made to kill itself, in the order in which a batch passes them. */
export const crashPoints = [
  /** The records are in memory, nothing is done. */
  'read',
  /** The rows are locked and read, nothing is written. */
  'locked',
  /** Everything is written, nothing is durable. */
  'before-commit',
  /** Durable, and nobody has been told. */
  'after-commit',
  /** The broker holds the answers, the offsets are not committed: everything comes again. */
  'after-decisions',
  /** The offsets are committed, the shelf may not be written. */
  'after-offsets',
  /** Before a write to the shelf. */
  'before-shelf',
  /** After a write to the shelf. */
  'after-shelf',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** Passing the named point for the nth time kills the process with SIGKILL, as the kernel or an operator would. */
export function armCrashPoint(spec: string | undefined): (point: CrashPoint) => void {
  if (spec === undefined || spec === '') return () => {};
  const [name, nth = '1'] = spec.split(':');
  const armed = crashPoints.find((point) => point === name);
  let left = Number(nth);
  if (armed === undefined || !Number.isInteger(left) || left < 1) {
    throw new Error(`TOOFAN_CRASH_AT=${spec}: must be point or point:nth; points are ${crashPoints.join(', ')}`);
  }
  return (point) => {
    if (point === armed && --left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
