import { setTimeout as delay } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { stageMetrics } from './stage-metrics.ts';

function opened() {
  const registry = new Registry();
  const lines = async (name: string) => (await registry.metrics()).split('\n').filter((line) => line.startsWith(name));
  const value = async (series: string) => Number((await lines(`${series} `))[0]?.split(' ').at(-1));
  return { stages: stageMetrics(registry), lines, value };
}
const arrivedAgo = (...ms: readonly number[]) =>
  ms.map((ago) => {
    return { topic: 't', partition: 0, offset: '0', key: null, value: null, appendedAtMs: Date.now() - ago };
  });

it('tells how many records a batch has and how long its oldest waited', async () => {
  const { stages, value } = opened();
  stages.arrived(arrivedAgo(40, 4_000, 400));
  stages.arrived([]);
  expect(await value('pipeline_batch_records_count')).toBe(2);
  expect(await value('pipeline_batch_records_sum')).toBe(3);
  expect(await value('pipeline_stage_seconds_count{stage="read"}')).toBe(1);
  expect(await value('pipeline_stage_seconds_sum{stage="read"}')).toBeCloseTo(4, 1);
});

it('takes a record of a broker whose clock is ahead for one that did not wait', async () => {
  const { stages, value } = opened();
  stages.arrived(arrivedAgo(-5_000));
  expect(await value('pipeline_stage_seconds_sum{stage="read"}')).toBe(0);
});

it('times what comes to its end, once a batch, and gives its result; not what fails', async () => {
  const { stages, value, lines } = opened();
  expect(await stages.timed('decide', () => delay(30, 'decided'))).toBe('decided');
  await expect(stages.timed('answer', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await value('pipeline_stage_seconds_count{stage="decide"}')).toBe(1);
  expect(await value('pipeline_stage_seconds_sum{stage="decide"}')).toBeGreaterThan(0.025);
  expect((await lines('pipeline_stage_seconds_count')).filter((line) => line.includes('answer'))).toEqual([]);
});

it('counts retries and dead letters from zero, so that the first is seen as one more', async () => {
  const { stages, lines } = opened();
  const retried = stages.retried('database');
  stages.buried(0);
  const counts = async () => [
    ...(await lines('pipeline_retries_total')),
    ...(await lines('pipeline_dead_letters_total')),
  ];
  expect(await counts()).toEqual(['pipeline_retries_total{part="database"} 0', 'pipeline_dead_letters_total 0']);
  retried();
  stages.buried(3);
  expect(await counts()).toEqual(['pipeline_retries_total{part="database"} 1', 'pipeline_dead_letters_total 3']);
});
