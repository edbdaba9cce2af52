import { turnedAway } from 'toofan/objectives';

/**
 * By kind, what a wallet may deny that its history does not show right. False positives of fraud are an invariant of their own
 * (no-false-block; 4667).
 */
export const walletDenials = [
  // What Paytm failed before the night: 0.5 % (1839).
  turnedAway({ below: 0.005 }),
  // Our choice: a few may come while a shard or a bank is away.
  turnedAway({ kind: 'refund', below: 0.05 }),
  turnedAway({ kind: 'registration', below: 0.05 }),
  // Our choice: at the stand-in for the banks one account in twenty has too little, perhaps the most popular one among them, and
  // the history does not say what a bank's account holds.
  turnedAway({ kind: 'add_money', below: 0.3 }),
] as const;
