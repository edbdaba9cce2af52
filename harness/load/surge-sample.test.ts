import { expect, test } from 'vitest';
import { inventory } from '../domains/inventory/index.ts';
import { steady, surge } from '../scenario/scenario.ts';
import { zipf } from '../domains/world-spec.ts';
import { expectedLoad } from './expected-load.ts';
import { compileLoad } from './load-curve.ts';
import { meanAmountPaise, mostWanted, sampleOfSurge } from './surge-sample.ts';

const curve = compileLoad(
  [
    steady({ name: 'before', perSecond: 10, for: '2s' }),
    surge({ to: 10_000, within: '1s', hold: '1s' }),
    steady({ name: 'after', perSecond: 10, for: '2s' }),
  ],
  1,
);
const spec = { products: 500, popularity: zipf(1.07), flashDeals: 6, stock: { coversDemand: 0.6 } };
const world = inventory.openWorld(spec, 7, expectedLoad(curve, {}));

test('takes primary operations from the whole of the highest phase and from no other', () => {
  const ops = sampleOfSurge(world, curve.phases, 4).map(({ op }) => op);
  const [before, highest] = curve.phases;
  if (before === undefined || highest === undefined) throw new Error('there are three phases');
  expect(ops).toHaveLength(2_000);
  expect(new Set(ops).size).toBe(2_000);
  expect(ops[0]).toBe(before.arrivals * 4);
  // 15,005 arrivals: one in seven or eight.
  expect(highest.arrivals).toBe(15_005);
  expect(ops.at(-1)).toBe((before.arrivals + Math.floor((1_999 * 15_005) / 2_000)) * 4);
  expect(ops.every((op) => op % 4 === 0)).toBe(true);
});

test('takes all of a phase that is shorter than the sample', () => {
  const short = compileLoad([steady({ name: 'only', perSecond: 3, for: '1s' })], 1);
  expect(sampleOfSurge(world, short.phases, 4).map(({ op }) => op)).toEqual([0, 4, 8]);
});

test('the most wanted are those that most units are asked of, with name and opening', () => {
  const operations = [
    { key: 'a', quantity: 1 },
    { key: 'b', quantity: 3 },
    { key: 'a', quantity: 1 },
    { key: 'c', quantity: 1 },
    { key: 'no balance', quantity: 9 },
  ];
  const opening = ['a', 'b', 'c'].map((key) => ({ key, available: 10 }));
  const catalogue = [{ key: 'b', name: 'Kettle', category: '', pricePaise: 1 }];
  expect(mostWanted(operations, { opening, catalogue }, 2)).toEqual([
    { key: 'b', name: 'Kettle', opening: 10 },
    { key: 'a', name: 'a', opening: 10 },
  ]);
});

test('finds what is asked for most in all of the surge from its sample', () => {
  const [before, highest] = curve.phases;
  const asked = new Map<string, number>();
  for (let arrival = 0; arrival < (highest?.arrivals ?? 0); arrival++) {
    const { key, quantity } = world.operation(((before?.arrivals ?? 0) + arrival) * 4);
    asked.set(key, (asked.get(key) ?? 0) + quantity);
  }
  const most = [...asked].toSorted(([, a], [, b]) => b - a).slice(0, 3);
  const wanted = mostWanted(sampleOfSurge(world, curve.phases, 4), world, 3);
  expect(wanted.map(({ key }) => key)).toEqual(most.map(([key]) => key));
});

test('the mean amount is that of the operations, 0 of none', () => {
  expect(meanAmountPaise([{ amountPaise: 100 }, { amountPaise: 250 }])).toBe(175);
  expect(meanAmountPaise([])).toBe(0);
});
