import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import { steady, surge } from '../../harness/scenario/scenario.ts';
import { sharedStack } from '../shared-stack.ts';
import { ids, needs, run, sentAtLeast, start, submitted } from './one-load.ts';
import type { Row } from './one-load.ts';

const shared = sharedStack(needs);
beforeEach(() => shared.stack.reset(needs));

const kafka = () => {
  const part = shared.stack.parts.get('kafka');
  if (part === undefined) throw new Error('the stack has no part kafka');
  return part;
};

describe('the generator', () => {
  test('writes every planned operation to the log exactly once, whatever the number of shards', async () => {
    const { records, planned, rows, historyFolder } = await run(
      shared,
      [steady({ perSecond: 500, for: '1s' }), surge({ to: 4_000, within: '500ms', hold: '1s' })],
      { shards: 2 },
    );
    expect(await submitted(shared.stack.direct.kafka)).toEqual(planned);
    expect(ids(rows)).toEqual(planned);
    expect(rows.filter(({ outcome, acked, error }) => outcome !== 'ok' || !acked || error !== null)).toEqual([]);
    expect(rows.filter(({ lateness }) => lateness < 0)).toEqual([]);
    expect(new Set(rows.map(({ phase }) => phase))).toEqual(new Set(['steady', 'surge']));
    expect(records.map(({ shard }) => shard)).toEqual([0, 1]);
    for (const { shard, ...record } of records) {
      const own = rows.filter((row) => row.shard === shard).length;
      expect(record).toMatchObject({ planned: own, sent: own, acked: own, failed: 0, indeterminate: 0, unsent: 0 });
      expect(record.cpuMicros).toBeGreaterThan(0);
      expect(record.peakMemoryMiB).toBeGreaterThan(0);
    }
    expect((await readdir(historyFolder)).toSorted()).toEqual(['operations-0.parquet', 'operations-1.parquet']);
    expect((await readdir(shared.session.folder)).filter((name) => name.startsWith('sent-'))).toEqual([]);
  });

  test('sends late what a stall held up, counts it late, and leaves nothing out', async () => {
    const { rows, planned, records } = await run(
      shared,
      [steady({ perSecond: 2_000, for: '2s' })],
      {},
      async (generators) => {
        const [pid] = generators.pids;
        if (pid === undefined) throw new Error('no worker');
        await sentAtLeast(generators, 1_000);
        process.kill(pid, 'SIGSTOP');
        await delay(600);
        process.kill(pid, 'SIGCONT');
      },
    );
    expect(await submitted(shared.stack.direct.kafka)).toEqual(planned);
    expect(records[0]?.unsent).toBe(0);
    const late = rows.filter(({ lateness }) => lateness > 100).length;
    // 500 ms of 600 at 2,000 orders/s are more than 100 ms late; companions and a slow machine come on top.
    expect(late).toBeGreaterThan(900);
    expect(Math.max(...rows.map(({ lateness }) => lateness))).toBeGreaterThan(550);
  });

  test('fails what finds the client buffer full, and writes the rest', async () => {
    const { rows, planned } = await run(
      shared,
      [steady({ perSecond: 1_000, for: '2s' })],
      { limits: { inFlight: 200 } },
      async (generators) => {
        await sentAtLeast(generators, 200);
        await kafka().freeze();
        await delay(1_000);
        await kafka().thaw();
      },
    );
    expect(ids(rows)).toEqual(planned);
    const failed = rows.filter(({ outcome }) => outcome === 'failed');
    expect(new Set(failed.map(({ error }) => error))).toEqual(new Set(['client buffer full']));
    expect(failed.length).toBeGreaterThan(300);
    expect(await submitted(shared.stack.direct.kafka)).toEqual(ids(rows.filter(({ outcome }) => outcome === 'ok')));
  });

  test('ends within its deadline where the broker hangs, and knows what never left', async () => {
    const { rows, planned, records } = await run(
      shared,
      [steady({ perSecond: 2_000, for: '1s' })],
      { limits: { ackDeadlineMs: 500 } },
      async (generators) => {
        await sentAtLeast(generators, 500);
        await kafka().freeze();
        await generators.done;
        await kafka().thaw();
      },
    );
    const of = (outcome: string): Row[] => rows.filter((row) => row.outcome === outcome);
    expect(ids(rows)).toEqual(planned);
    expect(of('failed').length).toBeGreaterThan(0);
    expect(of('indeterminate').length).toBeGreaterThan(0);
    expect(new Set([...of('failed'), ...of('indeterminate')].map(({ error }) => error))).toEqual(
      new Set(['no acknowledgement within 0.5 s of the last send']),
    );
    expect(records[0]).toMatchObject({
      unsent: 0,
      failed: of('failed').length,
      indeterminate: of('indeterminate').length,
    });
    const log = await submitted(shared.stack.direct.kafka);
    const inLog = new Set(log);
    expect(log).toHaveLength(inLog.size);
    expect(of('ok').filter(({ id }) => !inLog.has(id))).toEqual([]);
    expect(of('failed').filter(({ id }) => inLog.has(id))).toEqual([]);
  });

  test('counts as unsent what an early end left over', async () => {
    const { rows, planned, records } = await run(
      shared,
      [steady({ perSecond: 500, for: '20s' })],
      {},
      async (generators) => {
        await sentAtLeast(generators, 300);
        generators.stop();
      },
    );
    expect(records[0]).toMatchObject({
      planned: planned.length,
      sent: rows.length,
      unsent: planned.length - rows.length,
    });
    expect(rows.length).toBeGreaterThanOrEqual(300);
    expect(rows.length).toBeLessThan(planned.length / 2);
    expect(await submitted(shared.stack.direct.kafka)).toEqual(ids(rows));
  });

  test('never calls written what a killed broker lost, nor failed what it wrote, and goes on with the next', async () => {
    const { rows, planned, records } = await run(
      shared,
      [steady({ perSecond: 1_000, for: '60s' })],
      {},
      async (generators) => {
        await sentAtLeast(generators, 1_000);
        // Frozen first, so that there are requests in flight that will never be answered.
        await kafka().freeze();
        await sentAtLeast(generators, generators.sentSoFar() + 500);
        await kafka().kill();
        await kafka().start();
        await sentAtLeast(generators, generators.sentSoFar() + 500);
        generators.stop();
      },
    );
    const log = await submitted(shared.stack.direct.kafka);
    const inLog = new Set(log);
    const of = (outcome: string): string[] => ids(rows.filter((row) => row.outcome === outcome));
    expect(records[0]?.unsent).toBe(planned.length - rows.length);
    expect(log).toHaveLength(inLog.size);
    expect(of('ok').filter((id) => !inLog.has(id))).toEqual([]);
    expect(of('failed').filter((id) => inLog.has(id))).toEqual([]);
    expect(records[0]?.acked).toBe(of('ok').length);
    // Five requests were in flight; unsent records wait for the broker to come back.
    expect(rows.at(-1)?.outcome).toBe('ok');
    expect(of('indeterminate').length).toBeGreaterThan(0);
    expect(of('indeterminate').length).toBeLessThan(300);
    // A broker that is named as the leader before it has loaded its log rejects everything: waiting records are held back.
    expect(rows.filter(({ error }) => /error [356]\b/.test(error ?? ''))).toEqual([]);
  });

  test('says what is wrong where no broker answers, before any load', async () => {
    const { generators } = await start(shared, [steady({ perSecond: 1, for: '1s' })], {
      addresses: { kafka: { brokers: ['127.0.0.1:1'] }, postgres: {} },
    });
    await using ending = generators;
    expect(ending).toBeDefined();
    await expect(generators.ready).rejects.toThrow(/No Kafka broker returned the metadata of order-events/);
    await expect(generators.ready).rejects.toHaveProperty('exitCode', 69);
    await expect(generators.done).rejects.toThrow(/No Kafka broker/);
  });

  test('rejects where a worker is killed', async () => {
    const { generators } = await start(shared, [steady({ perSecond: 100, for: '10s' })]);
    await using ending = generators;
    await ending.ready;
    generators.begin(Date.now());
    process.kill(generators.pids[0] ?? Number.NaN, 'SIGKILL');
    await expect(generators.done).rejects.toThrow(/generator 0 ended \(SIGKILL\) before its history was written/);
  });
});

test('a worker without a parent ends by itself', async () => {
  const workerFile = fileURLToPath(new URL('../../harness/load/worker.ts', import.meta.url));
  const worker = shared.session.spawn(process.execPath, [workerFile], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  await once(worker, 'spawn');
  worker.disconnect();
  const [code] = (await once(worker, 'exit')) as [number];
  expect(code).toBe(0);
});
