/** Number of servers that hold the accounts. */
export const shardCount = 3;

/** The shard of a user's or a merchant's account, by its number alone. */
export const shardOf = (account: string): number => Number(account.slice(1)) % shardCount;

/** The books of banks' own accounts: not here. */
const isBank = (account: string): boolean => account.startsWith('b');

/** The shard that decides a transfer: the payer's, or the wallet's if a bank pays. */
export const homeOf = ({ debit, credit }: { readonly debit: string; readonly credit: string }): number =>
  shardOf(isBank(debit) ? credit : debit);

/** The account on a shard that one side of a transfer moves: its own, or a stand-in for an account elsewhere. */
export function placeOn(shard: number, account: string): string {
  if (isBank(account)) return 'clearing';
  return shardOf(account) === shard ? account : 'transit';
}
