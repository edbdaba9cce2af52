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
  /** The broker has the answers, the offsets are not committed: everything is redelivered. */
  'after-decisions',
  /** The offsets are committed, the shelf may not be written. */
  'after-offsets',
  /** Before a write to the shelf. */
  'before-shelf',
  /** After a write to the shelf. */
  'after-shelf',
] as const;
export type CrashPoint = (typeof crashPoints)[number];
