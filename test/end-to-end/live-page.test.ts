import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { emptyFolder, remains, remainsAfter, startToofan } from '../toofan.ts';

interface Told {
  readonly event: string;
  readonly data: unknown;
  readonly atMs: number;
}

/** Everything on an event stream until it ends. */
async function* eventsOf(url: string): AsyncGenerator<Told> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const blocks = `${rest}${String(chunk)}`.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data] = /^id: \d+\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
      if (event !== undefined) yield { event, data: JSON.parse(data ?? ''), atMs: performance.now() };
    }
  }
}

async function read(url: string): Promise<string> {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  return text(response);
}

it('tells of a drill about once a second, gives its report, and ends as ever', async () => {
  await using folder = await emptyFolder();
  const before = await remains();
  const running = startToofan(['run', 'smoke', '--stack', 'local', '--out', 'out', '--live'], folder.path);
  const url = await running.printed('Live page: ');
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(await read(url)).toContain('<title>Live: smoke</title>');

  const told: Told[] = [];
  let report = '';
  for await (const each of eventsOf(`${url}events`)) {
    told.push(each);
    if (each.event === 'end') report = await read(url);
  }
  const { code, stdout, stderr } = await running.finished;
  // The printed output explains a failure.
  expect({ code, stderr, printed: code === 0 ? '' : stdout }).toEqual({ code: 0, stderr: '', printed: '' });
  expect(stdout).toContain(join('out', 'report.html'));
  expect(await remainsAfter(before, 10_000)).toEqual([]);

  expect(told[0]).toMatchObject({ event: 'whole', data: { drill: { scenario: 'smoke' }, samples: [] } });
  expect(told.at(-1)).toMatchObject({
    event: 'end',
    data: { verdict: { verdict: 'pass', reportPath: join(folder.path, 'out', 'report.html') } },
  });
  expect(report).toBe(await readFile(join(folder.path, 'out', 'report.html'), 'utf8'));
  const samples = told.filter(({ event }) => event === 'sample');
  const gaps = samples.slice(1).map(({ atMs }, index) => atMs - (samples[index]?.atMs ?? 0));
  const median = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)];
  // Ten seconds of load; a busy machine may skip a beat.
  expect(samples.length).toBeGreaterThan(7);
  expect(median).toBeGreaterThan(900);
  expect(median).toBeLessThan(1_200);
  // Follows the keys in highest demand during the drain; the last sample is after the surge.
  const last = samples.at(-1)?.data as { wanted: { opening: number; left: number | null }[] } | undefined;
  const wanted = last?.wanted ?? [];
  expect(wanted).toHaveLength(6);
  expect(wanted.filter(({ opening, left }) => left === null || left >= opening)).toEqual([]);
  const phases = told.flatMap(({ data }) => (data as { happened?: { name: string }[] }).happened ?? []);
  expect(phases.map(({ name }) => name)).toEqual(expect.arrayContaining(['surge', 'after']));
});
