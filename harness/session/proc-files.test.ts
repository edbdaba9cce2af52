import { describe, expect, it } from 'vitest';
import {
  containersOf,
  cpuStatFiles,
  cpuTimes,
  dirtyPages,
  givenToWrite,
  processTimes,
  stalledMicros,
  swappedPages,
  throttledMicros,
  uptimeMs,
  writtenKiB,
} from './proc-files.ts';
import { socketsAt } from '../observe/machine/socket-owners.ts';

const stat = `cpu  32072 10 5351 96976 463 3 151 81 7 1
cpu0 16108 0 2651 48459 212 0 68 40 0 0
cpu1 15963 0 2700 48516 251 0 83 41 0 0
intr 7204 0 0
ctxt 123
`;

describe('what Linux says of itself', () => {
  it('reads idle, stolen and interrupted time of all cores, in ms', () => {
    expect(cpuTimes(stat)).toEqual({ cpus: 2, idleMs: 974_390, stealMs: 810, interruptMs: 1_540 });
  });

  it('knows an old kernel without steal, and a sandbox that counts nothing', () => {
    expect(cpuTimes('cpu  1 2 3 4\ncpu0 1 2 3 4\n')).toEqual({ cpus: 1, idleMs: 40, stealMs: 0, interruptMs: 0 });
    expect(cpuTimes('cpu  0 0 0 0 0 0 0 0 0 0\n')).toBe(null);
    expect(cpuTimes('')).toBe(null);
  });

  it('reads a process whose name holds blanks and parentheses', () => {
    const fields = 'S 7 40 41 0 -1 4194304 1 2 3 4 150 25 30 5 20 0 12 0 98765 1000 200';
    expect(processTimes(`42 (a) b (c) ${fields}`)).toEqual({
      pid: 42,
      name: 'a) b (c',
      state: 'S',
      parent: 7,
      group: 40,
      session: 41,
      startedAt: 98_765,
      usedMs: 1_750,
      reapedMs: 350,
    });
    expect(processTimes('')).toBe(null);
  });

  it('reads pressure as the time that some task stalled', () => {
    const text =
      'some avg10=5.41 avg60=1.60 avg300=0.73 total=4839290\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=77\n';
    expect(stalledMicros(text)).toBe(4_839_290);
    expect(stalledMicros('full avg10=0.00 avg60=0.00 avg300=0.00 total=77\n')).toBe(null);
    expect(stalledMicros('')).toBe(null);
  });

  it('reads throttling of both versions of cgroups, in µs', () => {
    expect(throttledMicros('nr_periods 9\nnr_throttled 4\nthrottled_time 12345678\nnr_bursts 0\n')).toBe(12_345.678);
    expect(throttledMicros('usage_usec 9\nnr_periods 9\nnr_throttled 4\nthrottled_usec 12345\n')).toBe(12_345);
    // The root of v2 has no limit.
    expect(throttledMicros('usage_usec 375906201\nuser_usec 320850143\nsystem_usec 55056058\n')).toBe(null);
  });

  it('reads dirty and written-back pages in MiB, and swap in pages', () => {
    expect(dirtyPages('MemTotal: 100 kB\nDirty:             51200 kB\nWriteback:          1024 kB\n')).toEqual({
      dirtyMiB: 50,
      writebackMiB: 1,
    });
    expect(dirtyPages('MemTotal: 100 kB\n')).toBe(null);
    expect(swappedPages('pgpgin 5\npswpin 30\npswpout 12\n')).toBe(42);
    expect(swappedPages('')).toBe(null);
    expect(writtenKiB('pgpgin 5\npgpgout 2048\n')).toBe(2048);
    expect(givenToWrite('wchar: 1\nread_bytes: 2\nwrite_bytes: 4096\ncancelled_write_bytes: 0\n')).toBe(4096);
    expect(givenToWrite('')).toBe(null);
    expect(uptimeMs('676.41 969.76\n')).toBe(676_410);
  });

  it('finds every limit above this process: v2, from its cgroup up to the root', () => {
    expect(
      cpuStatFiles('0::/ci.slice/job\n', '31 23 0:28 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw\n'),
    ).toEqual(['/sys/fs/cgroup/cpu.stat', '/sys/fs/cgroup/ci.slice/cpu.stat', '/sys/fs/cgroup/ci.slice/job/cpu.stat']);
  });

  it('finds them in v1, as the host and as a container sees it', () => {
    const [host, container] = ['/', '/docker/abc'].map(
      (root) => `32 31 0:29 ${root} /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n`,
    );
    const own = '4:memory:/elsewhere\n3:cpu,cpuacct:/docker/abc/x\n';
    expect(cpuStatFiles(own, host ?? '')).toEqual([
      '/sys/fs/cgroup/cpu,cpuacct/cpu.stat',
      '/sys/fs/cgroup/cpu,cpuacct/docker/cpu.stat',
      '/sys/fs/cgroup/cpu,cpuacct/docker/abc/cpu.stat',
      '/sys/fs/cgroup/cpu,cpuacct/docker/abc/x/cpu.stat',
    ]);
    expect(cpuStatFiles(own, container ?? '')).toEqual([
      '/sys/fs/cgroup/cpu,cpuacct/cpu.stat',
      '/sys/fs/cgroup/cpu,cpuacct/x/cpu.stat',
    ]);
    expect(cpuStatFiles('4:memory:/elsewhere\n', host ?? '')).toEqual([]);
  });

  it('finds the container that a process is in', () => {
    const id = 'a'.repeat(64);
    expect(containersOf(`0::/system.slice/docker-${id}.scope\n`)).toEqual([id]);
    expect(containersOf(`5:cpu:/docker/${id}\n`)).toEqual([id]);
    expect(containersOf('0::/user.slice\n')).toEqual([]);
  });

  it('finds the sockets at either end of a port', () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:2384 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1
   1: 0100007F:9C40 0100007F:2384 01 00000000:00000000 00:00000000 00000000     0        0 222 1
   2: 0100007F:9C41 0100007F:0050 01 00000000:00000000 00:00000000 00000000     0        0 333 1
   3: 0100007F:2384 0100007F:9C40 06 00000000:00000000 00:00000000 00000000     0        0 0 1
`;
    expect(socketsAt(table, [9092])).toEqual(['111', '222']);
  });
});
