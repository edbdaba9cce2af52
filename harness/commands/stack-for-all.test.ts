import { expect, it } from 'vitest';
import type { StackNeeds } from '../stack/stack.ts';
import { covers } from './stack-for-all.ts';

const has: StackNeeds = {
  topics: {},
  postgres: { main: { schema: 'a.sql', settings: { max_connections: 200, wal_level: 'logical' } } },
  redis: true,
  brief: true,
};
const main = (settings: Record<string, string | number>): StackNeeds => ({
  ...has,
  postgres: { main: { schema: 'b.sql', settings } },
});

it('keeps a stack for whatever needs no more of it', () => {
  expect(covers(has, { topics: {}, postgres: {}, redis: false, brief: true })).toBe(true);
  expect(covers(has, main({ max_connections: 100, wal_level: 'logical' }))).toBe(true);
  const proxied = { ...has, faults: { proxies: true, logVolumeMiB: 2_048 } };
  expect(covers(proxied, has)).toBe(true);
  expect(covers(proxied, { ...has, faults: { logVolumeMiB: 1_024 } })).toBe(true);
});

it.each<[string, StackNeeds]>([
  ['another server', { ...has, postgres: { bank: { schema: 'c.sql' } } }],
  ['more connections', main({ max_connections: 300 })],
  ['another setting', main({ wal_level: 'minimal' })],
  ['a setting of its own', main({ fsync: 'off' })],
  ['proxies', { ...has, faults: { proxies: true } }],
  ['a volume for the log', { ...has, faults: { logVolumeMiB: 1_024 } }],
  ['a broker that is compiled well', { ...has, brief: false }],
])('needs a new one for %s', (_, wants) => {
  expect(covers(has, wants)).toBe(false);
});
