import { describe, expect, it } from 'vitest';
import { scenarios } from './index.ts';

/** Objectives that a pipeline misses if it turns nearly everybody away: shed and rejected operations count in each. */
const bounds = new Set(['shed-share', 'succeeded', 'goodput']);

describe('every scenario that comes with Toofan', () => {
  it.each(
    scenarios.filter(({ domain }) => domain === 'inventory').map((scenario) => [scenario.name, scenario] as const),
  )('bounds what is turned away: %s', (_, { objectives }) => {
    expect(objectives.filter(({ type }) => bounds.has(type))).not.toEqual([]);
  });

  it.each(scenarios.flatMap((scenario) => (scenario.visits === undefined ? [] : [[scenario.name, scenario] as const])))(
    'bounds the requests that are told to come again: %s',
    (_, { objectives }) => {
      expect(objectives.map(({ type }) => type)).toContain('requests-shed');
    },
  );

  it.each(scenarios.filter(({ domain }) => domain === 'wallet').map((scenario) => [scenario.name, scenario] as const))(
    'bounds what a wallet denies without showing that it is right, of each kind: %s',
    (_, { objectives }) => {
      const kinds = objectives.filter(({ type }) => type === 'turned-away').map(({ kind = 'payment' }) => kind);
      expect(new Set(kinds)).toEqual(new Set(['payment', 'add_money', 'refund', 'registration']));
    },
  );
});
