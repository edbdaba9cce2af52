import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sessionVariable } from '../../session/process-rows.ts';
import type { ProcessTimes } from '../../session/proc-files.ts';
import { Whose } from './whose.ts';

const [ours, published, later, others] = ['a', 'b', 'c', 'd'].map((digit) => digit.repeat(64));
const id = '0123456789ab';
let folder: string;
let engine: Server;
const containers: object[] = [
  { Id: ours, Labels: { 'toofan.session': id }, Ports: [] },
  { Id: published, Labels: {}, Ports: [{ PrivatePort: 5432, PublicPort: 15_432 }] },
  { Id: others, Labels: {}, Ports: [{ PrivatePort: 80 }] },
];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'whose-'));
  engine = createServer((_, response) => response.end(JSON.stringify(containers)));
  engine.listen(join(folder, 'engine.sock'));
  await once(engine, 'listening');
});
afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

const at = (pid: number, parent = 1, group = pid, startedAt = 500): ProcessTimes => ({
  pid,
  state: 'S',
  parent,
  group,
  session: group,
  startedAt,
  name: 'x',
  usedMs: 0,
  reapedMs: 0,
});

/** Process data with pids far beyond any real one. */
const files: Record<string, string> = {
  '/proc/9000001/environ': `PATH=/bin\0${sessionVariable}=${id}\0`,
  '/proc/9000002/environ': `PATH=/bin\0${sessionVariable}=ba9876543210\0`,
  '/proc/9000003/cgroup': `0::/system.slice/docker-${ours}.scope\n`,
  '/proc/9000004/cgroup': `5:cpu:/docker/${published}\n`,
  '/proc/9000005/cgroup': `0::/system.slice/docker-${others}.scope\n`,
  '/proc/9000006/cgroup': `0::/system.slice/docker-${later}.scope\n`,
  '/proc/9000007/cmdline': `/usr/bin/containerd-shim-runc-v2\0-id\0${ours}\0`,
  '/proc/9000008/cmdline': '/usr/bin/docker-proxy\0-proto\0tcp\0-host-port\x0015432\0',
  '/proc/9000009/cmdline': '/usr/bin/docker-proxy\0-proto\0tcp\0-host-port\x0080\0',
};

const whose = () =>
  Whose.of(
    {
      session: { id, folder, label: { 'toofan.session': id }, groups: [{ leader: 9_000_100, startedAt: 400 }] },
      engine: { socketPath: join(folder, 'engine.sock') },
      storePorts: [15_432],
    },
    (file) => files[file] ?? '',
  );

it('knows the drill’s own by mark, group and descent, and the kernel’s by theirs', async () => {
  const asked = await whose();
  const ownerOf = (one: ProcessTimes) => asked.ownerOf(one, (pid) => (pid === 7_000_000 ? 'own' : undefined));
  expect(ownerOf(at(process.pid))).toBe('own');
  expect(ownerOf(at(9_000_001))).toBe('own');
  expect(ownerOf(at(9_000_002))).toBe('foreign');
  expect(ownerOf(at(9_000_050, 1, 9_000_100))).toBe('own');
  // A reused pid: it started before the group did.
  expect(ownerOf(at(9_000_051, 1, 9_000_100, 399))).toBe('foreign');
  expect(ownerOf(at(9_000_052, 7_000_000))).toBe('own');
  expect([ownerOf(at(2, 0)), ownerOf(at(77, 2))]).toEqual(['kernel', 'kernel']);
  expect(ownerOf(at(9_000_053))).toBe('foreign');
});

it('takes what the harness started without the session’s mark for none of the drill’s', async () => {
  expect((await whose()).ownerOf(at(9_000_060, process.pid), () => 'own')).toBe('foreign');
});

it('knows containers by the session’s label or a store’s port, and what an engine runs beside them', async () => {
  const asked = await whose();
  const owners = [3, 4, 5, 7, 8, 9].map((last) => asked.ownerOf(at(9_000_000 + last), () => undefined));
  expect(owners).toEqual(['own', 'own', 'foreign', 'own', 'own', 'foreign']);
});

it('asks again for a container that was made later', async () => {
  const asked = await whose();
  containers.push({ Id: later, Labels: { 'toofan.session': id }, Ports: null });
  expect(asked.ownerOf(at(9_000_006), () => undefined)).toBe('foreign');
  expect([...asked.unsure()]).toEqual([9_000_006]);
  await expect.poll(() => asked.ownerOf(at(9_000_006), () => undefined)).toBe('own');
  expect([...asked.unsure()]).toEqual([]);
});

it('sees that the processes of its containers cannot be seen from here', async () => {
  expect((await whose()).missesContainers()).toBe(true);
});
