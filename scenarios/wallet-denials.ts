import { turnedAway } from 'toofan/objectives';

/**
 * By kind, the share of denials by a wallet that the history does not show to be right. False positives of fraud are a separate
 * invariant (no-false-block; 4667).
 */
export const walletDenials = [
  // What Paytm failed before the night: 0.5 % (1839).
  turnedAway({ below: 0.005 }),
  // Our choice: a few may come while a shard or a bank is down.
  turnedAway({ kind: 'refund', below: 0.05 }),
  turnedAway({ kind: 'registration', below: 0.05 }),
  // Our choice: at the stand-in for the banks one account in twenty has too little, perhaps even the most popular one, and the
  // history does not show balances at banks.
  turnedAway({ kind: 'add_money', below: 0.3 }),
] as const;
