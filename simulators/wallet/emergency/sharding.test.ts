import { expect, it } from 'vitest';
import { databaseOf, movedTo } from './sharding.ts';

it('looks for accounts by the million, as they were moved, and from 3,000,000 on where no database is', () => {
  const accounts = ['m7', 'u999999', 'u1000000', 'u2999999', 'u3000000', 'u12000000'];
  expect(accounts.map(databaseOf)).toEqual(['shard0', 'shard0', 'shard1', 'shard2', 'shard_0', 'shard_0']);
  expect(accounts.map(movedTo)).toEqual(['shard0', 'shard0', 'shard1', 'shard2', 'shard2', 'shard2']);
});
