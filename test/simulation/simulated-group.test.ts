import { expect, it } from 'vitest';
import type { Arrived } from '../../simulators/worker/consume.ts';
import { Dice } from './dice.ts';
import { Member, SimulatedGroup } from './simulated-group.ts';
import { Clock, SimulatedLog } from './simulated-log.ts';

const topic = 'orders';

/** Thirty records of one key, and a group that is to read them. */
function thirty() {
  const log = new SimulatedLog({ [topic]: { partitions: 3, role: 'input' } }, new Clock());
  for (let i = 0; i < 30; i++) log.append(topic, 'p', String(i));
  const dangers: Record<string, number> = {};
  const group = new SimulatedGroup(log, [topic], new Dice(1, 1), (danger, times = 1) => {
    if (times > 0) dangers[danger] = (dangers[danger] ?? 0) + times;
  });
  const member = (handle: (values: string[]) => Promise<void>) =>
    new Member(
      log,
      group,
      { groupId: 'g', topics: [topic], handle: (records) => handle(records.map(valueOf)) },
      { isAlive: () => true, pass: () => Promise.resolve(), onRetry: () => Promise.resolve() },
    );
  return { log, group, dangers, member };
}

const valueOf = ({ value }: Arrived): string => String(value);
const all = Array.from({ length: 30 }, (_, i) => String(i));

it('gives a partition in its order, each record once where nothing happens', async () => {
  const { group, dangers, member } = thirty();
  const read: string[] = [];
  const one = member(async (values) => {
    read.push(...values);
    if (read.length === 30) one.stop();
  });
  await one.run();
  expect([read, group.isDrained, dangers]).toEqual([all, true, {}]);
});

it('gives a new owner what was not committed, and refuses the commit of the old one, who goes on meanwhile', async () => {
  const { group, dangers, member } = thirty();
  const inHand = Promise.withResolvers<void>();
  const thawed = Promise.withResolvers<void>();
  const [old, young]: [string[], string[]] = [[], []];
  const frozen = member(async (values) => {
    old.push(...values);
    inHand.resolve();
    await thawed.promise;
    frozen.stop();
  });
  const first = frozen.run();
  await inHand.promise;
  frozen.expel();
  const other = member(async (values) => {
    young.push(...values);
    if (young.length === 30) other.stop();
  });
  await other.run();
  thawed.resolve();
  await first;
  expect(old).toEqual(all.slice(0, old.length));
  expect([young, group.isDrained]).toEqual([all, true]);
  expect(dangers).toEqual({ 'records redelivered': old.length, 'commits refused to a zombie': 1 });
});

it('gives a batch again whose handling failed', async () => {
  const { group, member } = thirty();
  const read: string[] = [];
  let isFirst = true;
  const one = member(async (values) => {
    read.push(...values);
    if (isFirst) {
      isFirst = false;
      throw new Error('the store is away');
    }
    if (read.at(-1) === '29') one.stop();
  });
  await one.run();
  const again = read.indexOf('0', 1);
  expect([read.slice(again), group.isDrained]).toEqual([all, true]);
});
