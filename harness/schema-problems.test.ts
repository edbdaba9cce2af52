import { expect, it } from 'vitest';
import { z } from 'zod';
import { schemaProblems } from './schema-problems.ts';

const shape = z.discriminatedUnion('shape', [
  z.strictObject({ shape: z.literal('steady'), perSecond: z.number() }),
  z.strictObject({ shape: z.literal('surge'), to: z.number(), hold: z.string().optional() }),
]);
const schema = z.strictObject({
  name: z.string(),
  load: z.array(shape),
  visits: z.strictObject({ everyNth: z.int() }).optional(),
});
const problems = (value: unknown) => schemaProblems(schema, value);

it('has nothing to say of what is as it should be', () => {
  expect(problems({ name: 'x', load: [{ shape: 'surge', to: 5 }], visits: { everyNth: 1 } })).toEqual([]);
});

it('names every place at once, what must be there and what is', () => {
  expect(problems({ load: [5, null, { shape: 'surge', to: '9' }], visits: { everyNth: 1.5 } })).toEqual([
    'name: must be a string; it is missing',
    'load[0]: must be an object: 5',
    'load[1]: must be an object: null',
    'load[2].to: must be a number: "9"',
    'visits.everyNth: must be a whole number: 1.5',
  ]);
  expect(problems({ name: 'x', load: [{ shape: 'surge', to: Number.NaN }] })).toEqual([
    'load[0].to: must be a number: NaN',
  ]);
  expect(problems(null)).toEqual(['must be an object: null']);
  expect(schemaProblems(schema, null, 'shop')).toEqual(['shop: must be an object: null']);
  expect(schemaProblems(schema, { name: 'x', load: 5 }, 'shop')).toEqual(['shop.load: must be a list: 5']);
  expect(schemaProblems(z.object({ of: z.unknown().nonoptional() }), {})).toEqual(['of: must be given; it is missing']);
});

it('knows which members there are, of the variant that is meant, and names the nearest', () => {
  const load = [
    { shape: 'surge', to: 5, hld: '1s' },
    { shape: 'surg', to: 5 },
  ];
  expect(problems({ nam: 1, name: 'x', load, visits: { everyNth: 1, everyNht: 2 } })).toEqual([
    "load[0].hld: unknown member. Did you mean 'hold'?",
    `load[1].shape: unknown: "surg". Did you mean 'surge'?`,
    "visits.everyNht: unknown member. Did you mean 'everyNth'?",
    "nam: unknown member. Did you mean 'name'?",
  ]);
});
