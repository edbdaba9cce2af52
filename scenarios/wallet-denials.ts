import { turnedAway } from '../harness/judge/objectives/index.ts';

/**
 * What a wallet may deny without its history showing that it was right, of each kind. False positives of fraud are an invariant of
 * their own (no-false-block; 4667).
 */
export const walletDenials = [
  // What Paytm failed before the night: 0.5 % (1839).
  turnedAway({ below: 0.005 }),
  // Of our own: a few may come while a shard or a bank is away.
  turnedAway({ kind: 'refund', below: 0.05 }),
  turnedAway({ kind: 'registration', below: 0.05 }),
  // Of our own: one account in twenty at the stand-in for the banks has too little, the most popular one perhaps among them, and
  // nobody here knows what a bank's account holds.
  turnedAway({ kind: 'add_money', below: 0.3 }),
] as const;
