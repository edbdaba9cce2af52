/** How many servers the accounts are spread over. */
export const shardCount = 3;

/** The shard of a user's or a merchant's account: by its number, whatever the number. */
export const shardOf = (account: string): number => Number(account.slice(1)) % shardCount;

/** Where the books of banks' own accounts are kept: not here. */
const isBank = (account: string): boolean => account.startsWith('b');

/** The shard that decides a transfer: the payer's, or the wallet's where a bank pays. */
export const homeOf = ({ debit, credit }: { readonly debit: string; readonly credit: string }): number =>
  shardOf(isBank(debit) ? credit : debit);

/** The account of a shard that a side of a transfer moves: its own, or the one that stands in for what is elsewhere. */
export function placeOn(shard: number, account: string): string {
  if (isBank(account)) return 'clearing';
  return shardOf(account) === shard ? account : 'transit';
}
