import { availableParallelism, tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { smoke } from '../../scenarios/smoke.ts';
import type { PostgresNeed } from '../stack/stack.ts';
import type { Target } from '../target/target.ts';
import { loadRegistry } from '../catalogue.ts';
import { planDrills, unionOfNeeds } from './plan-drills.ts';

const planOf = (postgres: Readonly<Record<string, PostgresNeed>>) => ({
  scenario: { ...smoke, invariants: [] },
  target: { needs: { topics: {}, postgres, redis: false } } as unknown as Target,
});

it('sets a server that several targets share for the most demanding of them', () => {
  const settings = { max_connections: 190, work_mem: '4MB', wal_level: 'minimal' };
  const { postgres } = unionOfNeeds([
    planOf({ shard0: { schema: 'a.sql', settings } }),
    planOf({
      shard0: { schema: 'b.sql', settings: { max_connections: 40, work_mem: '8MB' } },
      main: { schema: 'c.sql' },
    }),
  ]);
  expect(postgres['shard0']?.settings).toEqual({ max_connections: 190, work_mem: '8MB', wal_level: 'minimal' });
  expect(Object.keys(postgres)).toEqual(['shard0', 'main']);
});

it('takes a stack for brief where every drill on it is small', () => {
  const small = planOf({});
  const large = { ...small, scenario: { ...small.scenario, loadScale: 10 } };
  expect([unionOfNeeds([small]).brief, unionOfNeeds([small, large]).brief]).toEqual([true, false]);
});

it('starts no more generator processes than the cores can run', async () => {
  const around = { registry: await loadRegistry(tmpdir()), registryModule: '', folder: tmpdir(), command: '' };
  const shardsOf = async (shards: number) =>
    (await planDrills({ scenario: 'smoke', targets: [], seed: 1, set: [], shards }, around)).map((plan) => plan.shards);
  expect(await shardsOf(2)).toEqual([2]);
  expect(await shardsOf(4_096)).toEqual([4 * availableParallelism()]);
});

it('says everything that is wrong with a scenario at once, its parts by their owners', async () => {
  const around = { registry: await loadRegistry(tmpdir()), registryModule: '', folder: tmpdir(), command: '' };
  const set = [
    'timescale=5',
    'world.product=5',
    'objectives[0].below="soon"',
    'objectives[1].type="draned"',
    'faults=[{"at":{"storyMs":0},"fault":{"type":"worker-crash","downFor":"1s","counts":1}}]',
  ];
  await expect(planDrills({ scenario: 'smoke', targets: [], seed: 1, set, shards: 1 }, around)).rejects.toThrow(
    [
      "scenario smoke: world.product: unknown member. Did you mean 'products'?",
      "scenario smoke: faults[0].fault.counts: unknown member. Did you mean 'count'?",
      `scenario smoke: objectives[0].below: must be a duration such as '500ms' or '5s': "soon"`,
      `scenario smoke: objectives[1].type: unknown: "draned". Did you mean 'drained'?`,
      "scenario smoke: timescale: unknown member. Did you mean 'timeScale'?",
    ].join('\n'),
  );
});
