import { expect, it } from 'vitest';
import { CpuAccounts, type OwnedTimes, type Owner } from './cpu-accounts.ts';

const at = (pid: number, parent: number, usedMs: number, reapedMs = 0, owner: Owner = 'own'): OwnedTimes => ({
  pid,
  state: 'S',
  parent,
  usedMs,
  reapedMs,
  owner,
  name: `p${pid}`,
  group: 1,
  session: 1,
  startedAt: pid,
});

it('counts from the first look on, each owner apart', () => {
  const accounts = new CpuAccounts();
  expect(accounts.look([], [at(1, 0, 500, 900), at(2, 0, 70, 0, 'kernel'), at(3, 0, 40, 0, 'foreign')]).ownMs).toBe(0);
  expect(accounts.look([], [at(1, 0, 600, 900), at(2, 0, 75, 0, 'kernel'), at(3, 0, 240, 0, 'foreign')])).toEqual({
    ownMs: 100,
    kernelMs: 5,
    foreign: [{ pid: 3, name: 'p3', ms: 200 }],
  });
});

it('counts all of a process that began between two looks, and one whose pid was another’s', () => {
  const accounts = new CpuAccounts();
  accounts.look([], [at(1, 0, 0), at(5, 1, 300)]);
  expect(accounts.look([5], [at(1, 0, 0, 300), at(7, 1, 80, 10), { ...at(5, 1, 20), startedAt: 99 }]).ownMs).toBe(110);
});

it('finds what began and ended between two looks with its parent', () => {
  const accounts = new CpuAccounts();
  accounts.look([], [at(1, 0, 10)]);
  expect(accounts.look([], [at(1, 0, 20, 150)]).ownMs).toBe(160);
});

it('counts nothing twice when a process ends: only what it used since it was seen', () => {
  const accounts = new CpuAccounts();
  accounts.look([], [at(1, 0, 0), at(2, 1, 0)]);
  expect(accounts.look([], [at(1, 0, 0), at(2, 1, 400)]).ownMs).toBe(400);
  expect(accounts.look([2], [at(1, 0, 0, 430)]).ownMs).toBe(30);
});

it('counts nothing twice when a whole tree ends at once', () => {
  const accounts = new CpuAccounts();
  accounts.look([], [at(1, 0, 0), at(2, 1, 100), at(3, 2, 200)]);
  expect(accounts.look([3, 2], [at(1, 0, 0, 310)]).ownMs).toBe(10);
});

it('counts nothing twice when a parent that was not read since takes its children’s account along', () => {
  const accounts = new CpuAccounts();
  accounts.look([], [at(1, 0, 0), at(2, 1, 5), at(3, 2, 200)]);
  // 3 exits, 2 is not read; then 2 exits.
  accounts.look([3], [at(1, 0, 0)]);
  expect(accounts.look([2], [at(1, 0, 0, 205)]).ownMs).toBe(0);
});

it('waits one look for a parent that has not taken notice yet, and no longer for one that never does', () => {
  const accounts = new CpuAccounts();
  accounts.look([], [at(1, 0, 0), at(2, 1, 400)]);
  expect(accounts.look([2], [at(1, 0, 0)]).ownMs).toBe(0);
  expect(accounts.look([], [at(1, 0, 0, 410)]).ownMs).toBe(10);

  const deaf = new CpuAccounts();
  deaf.look([], [at(1, 0, 0), at(2, 1, 400)]);
  deaf.look([2], [at(1, 0, 0)]);
  deaf.look([], [at(1, 0, 0)]);
  expect(deaf.look([], [at(1, 0, 0, 50)]).ownMs).toBe(50);
});

it('leaves what another used alone when its parent’s account of it is read late', () => {
  const accounts = new CpuAccounts();
  accounts.look([], [at(1, 0, 0, 0, 'foreign'), at(2, 1, 400, 0, 'foreign')]);
  accounts.look([2], []);
  expect(accounts.look([], [at(1, 0, 0, 430, 'foreign')]).foreign).toEqual([{ pid: 1, name: 'p1', ms: 30 }]);
});
