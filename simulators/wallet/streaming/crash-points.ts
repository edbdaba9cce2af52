import type { LedgerHooks } from './ledger/shard-ledger.ts';

/** Where a worker can be made to kill itself, in the order in which a batch passes them. */
export const crashPoints = [
  /** The records are in memory, nothing is done. */
  'read',
  /** The accounts of a shard are locked and read, nothing is written. */
  'locked',
  /** Everything is written on a shard, nothing is durable. */
  'before-commit',
  /** A shard has debited its payers, nobody has been told and no other shard has credited anybody. */
  'after-commit',
  /** What a shard owed to others has arrived; some customers may have been told. */
  'after-credits',
  /** The broker has a shard's answers; some credits may be missing. */
  'after-decisions',
  /** The offsets are committed. */
  'after-offsets',
  /** A bank was asked for money; nobody here knows the outcome yet. */
  'bank-asked',
  /** A bank has answered, nothing is written. */
  'bank-answered',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** The hooks of a ledger whose worker should die; otherwise none, since they cost a round trip. */
export const crashHooks = (spec: string | undefined, onStep: (point: CrashPoint) => void): LedgerHooks =>
  spec === undefined || spec === ''
    ? {}
    : { locked: () => onStep('locked'), beforeCommit: () => onStep('before-commit') };
