import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { loadRegistry } from '../catalogue.ts';
import { planRequested } from './requested-drill.ts';
import type { DrillRequest } from './served-drill.ts';

const registry = await loadRegistry(join(import.meta.dirname, 'nowhere'));
const [streaming] = registry.targets.values();
const smoke = scenarios.find(({ name }) => name === 'smoke');

const planned = (request: Partial<Record<keyof DrillRequest, unknown>>) =>
  planRequested({ scenario: 'smoke', set: [], command: 'npx vitest run', token: '', ...request } as DrillRequest, {
    registry,
    registryModule: '',
    folder: import.meta.dirname,
    command: '',
    stdout: process.stdout,
    colour: false,
    signal: new AbortController().signal,
  });

it('takes scenario and target by name or itself, as they come over a socket', async () => {
  const named = await planned({ target: 'streaming', set: ['world.products=50'] });
  expect([named.scenario.world, named.command]).toEqual([expect.objectContaining({ products: 50 }), 'npx vitest run']);
  const itself = JSON.parse(JSON.stringify({ ...smoke, name: 'mine', loadScale: 0.5 })) as unknown;
  const target = JSON.parse(JSON.stringify(streaming)) as unknown;
  const own = await planned({ scenario: itself, target, seed: 7 });
  expect([own.scenario.name, own.scenario.loadScale, own.target, own.seed]).toEqual(['mine', 0.5, streaming, 7]);
});

it.each<[Partial<Record<keyof DrillRequest, unknown>>, RegExp]>([
  [{ scenario: 'smok' }, /^unknown scenario 'smok'\. Did you mean 'smoke'\?$/],
  [{ scenario: 3 }, /^drill: the scenario must be a name, such as 'smoke', or what defineScenario\(\) gives$/],
  [{ scenario: { name: 'x', domain: 'inventory' } }, /^scenario x: /],
  [{ target: 'inventory/streamin' }, /^unknown target 'inventory\/streamin'\. Did you mean 'inventory\/streaming'\?$/],
  [{ target: 3 }, /^drill: target: must be a name/],
  [{ target: { name: 'my-shop' } }, /^target my-shop is not in toofan\.config\.ts, .*: add it to `targets`\./],
  [
    { target: { ...(JSON.parse(JSON.stringify(streaming)) as object), consumerGroups: ['other'] } },
    /^target \S+: consumerGroups differs from the target of that name in toofan\.config\.ts/,
  ],
  [{ seed: -1 }, /^seed: must be a whole number from 0, is -1$/],
  [{ loadScale: 0 }, /^loadScale: must be above 0, is 0$/],
  [{ set: ['world.product=5'] }, /world\.product/],
])('refuses %j in one clear line', async (request, words) => {
  await expect(planned(request)).rejects.toThrow(words);
});
