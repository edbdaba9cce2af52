import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { resourceSeries } from '../../harness/capacity/resource-series.ts';
import { openHistory } from '../../harness/history/reader.ts';
import { aHistory } from './a-history.ts';
import { sample, series } from './samples.ts';

it('tells resources by the second, and the CPU of a process in cores', async () => {
  const folder = await aHistory({
    ops: [{ op: 1, at: 10, answers: [['confirmed', 20]] }],
    samples: [
      // Half a core in the first second, a whole one in the second.
      ...series('cpu', 'worker-0', 0, [1_000, 1_100, 1_200, 1_300, 1_400, 1_500, 1_700, 1_900, 2_100, 2_300]),
      ...series('connections', 'postgres:main', 0, [0.2, 0.4, 0.2, 0.4, 0.3]),
      sample('machine', 'fsync', 1_200, 7),
      sample('shelf', 'product-1', 0, 5),
    ],
  });
  try {
    await using history = await openHistory(folder);
    const found = await resourceSeries(history);
    expect(found.map(({ resource }) => resource)).toEqual([
      'machine fsync',
      'postgres:main connections',
      'worker-0 cpu',
    ]);
    const [fsync, connections, cpu] = found.map(({ points }) => points);
    expect([fsync, connections]).toEqual([[[1, 7]], [[0, 0.3]]]);
    expect(cpu).toEqual([
      [0, 0.5],
      [1, 0.9],
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
