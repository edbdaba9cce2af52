import { describe, expect, it } from 'vitest';
import { resolveScenario } from './resolve.ts';
import { steady, surge, type Scenario } from './scenario.ts';

const scenario: Scenario = {
  name: 'x',
  summary: '',
  domain: 'inventory',
  target: 't',
  timeScale: 60,
  world: { products: 10, stock: { coversDemand: 0.6 } },
  load: [steady({ perSecond: 10, for: '1s' }), surge({ to: 20, within: '1s', hold: '5s' })],
  mix: { cancellation: 0.1 },
  faults: [],
  objectives: [],
  invariants: 'all',
  drainDeadline: '10s',
  sources: [{ seed: '1-2' }],
};

describe('what the command line lays over a scenario', () => {
  it('sets scales and values by path, and leaves the original as it was', () => {
    const { scenario: resolved, problems } = resolveScenario(scenario, {
      timeScale: 120,
      loadScale: 0.5,
      set: ['world.stock.coversDemand=0.9', 'load[1].hold=20s', 'mix.return=0.02'],
    });
    expect(problems).toEqual([]);
    expect(resolved.timeScale).toBe(120);
    expect(resolved.loadScale).toBe(0.5);
    expect(resolved.world).toEqual({ products: 10, stock: { coversDemand: 0.9 } });
    expect(resolved.load[1]).toMatchObject({ hold: '20s' });
    expect(resolved.mix).toEqual({ cancellation: 0.1, return: 0.02 });
    expect(scenario.world).toEqual({ products: 10, stock: { coversDemand: 0.6 } });
  });

  it('names every path that leads nowhere, with the nearest name', () => {
    const { problems } = resolveScenario(scenario, {
      set: ['wrold.products=5', 'load[7].hold=1s', 'nonsense', 'load[9]=1'],
    });
    expect(problems).toEqual([
      "--set wrold.products=5: unknown 'wrold'. Did you mean 'world'?",
      "--set load[7].hold=1s: unknown '7'. Known: 0, 1.",
      "--set nonsense: write path=value, such as 'world.products=500'",
      "--set load[9]=1: no element 9 in 'load'",
    ]);
  });

  it('does not reach into prototypes', () => {
    const { problems } = resolveScenario(scenario, {
      set: ['__proto__.polluted=1', 'constructor.prototype.polluted=1'],
    });
    expect(problems).toHaveLength(2);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
