/** The emergency sharding as it was deployed (source 1885-1898), with the stack's names for the databases. */
const shards: Readonly<Record<string, string>> = {
  shard_0: 'shard0', // Users 0-999999
  shard_1: 'shard1', // Users 1000000-1999999
  shard_2: 'shard2', // Users 2000000+
};
export const databases = Object.values(shards);

const shardKeyOf = (account: string): number => Math.floor(Number(account.slice(1)) / 1_000_000);

/** Where an account is looked up. From 3,000,000 on this names a shard without a database. */
export const databaseOf = (account: string): string => shards[`shard_${shardKeyOf(account)}`] ?? 'shard_0';

/** Where an account was moved to: as the sharding's comments promise, all users from 2,000,000 on to the last one. */
export const movedTo = (account: string): string =>
  databases[Math.min(shardKeyOf(account), databases.length - 1)] ?? databaseOf(account);
