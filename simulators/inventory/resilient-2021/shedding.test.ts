import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Request } from '../shared/wire.ts';
import { divide, reasonToShed } from './shedding.ts';

const now = 1_800_000_000_000;
const nothing = { saleFrozen: false, regularShed: false };
const waiting = (shopper: 'premium' | 'regular', ms: number, kind: Request['kind'] = 'order'): Request => ({
  op: 4,
  kind,
  orderOp: kind === 'cancellation' || kind === 'return' ? 0 : null,
  product: 'p',
  quantity: 1,
  class: shopper,
  appendedAtMs: now - ms,
});

it.each([
  ['regular', 2_000, null],
  ['regular', 2_001, 'shed_late'],
  ['premium', 2_001, null],
  ['premium', 5_000, null],
  ['premium', 5_001, 'shed_late'],
] as const)('sheds %s shoppers who have waited %d ms as %s', (shopper, ms, expected) => {
  expect(reasonToShed(waiting(shopper, ms), now, nothing)).toBe(expected);
});

it('sheds regular shoppers first when load is shed, and everybody when the sale is frozen', () => {
  const [regular, premium] = [waiting('regular', 0), waiting('premium', 0)];
  const load = { ...nothing, regularShed: true };
  expect([regular, premium].map((one) => reasonToShed(one, now, load))).toEqual(['shed_load', null]);
  const frozen = { ...load, saleFrozen: true };
  expect([regular, premium].map((one) => reasonToShed(one, now, frozen))).toEqual(['shed_frozen', 'shed_frozen']);
});

it('never sheds what gives stock back or brings it, and serves what came from no log', () => {
  const frozen = { saleFrozen: true, regularShed: true };
  for (const kind of ['cancellation', 'return', 'restock'] as const) {
    expect(reasonToShed(waiting('regular', 60_000, kind), now, frozen)).toBeNull();
  }
  const { appendedAtMs, ...fromNoLog } = waiting('regular', 0);
  expect(appendedAtMs).toBe(now);
  expect(reasonToShed(fromNoLog, now, nothing)).toBeNull();
});

it('divides a batch without losing, doubling or reordering anything', () => {
  const request = fc
    .record({
      op: fc.nat(),
      shopper: fc.constantFrom('premium' as const, 'regular' as const),
      ms: fc.nat(10_000),
      kind: fc.constantFrom('order' as const, 'restock' as const),
    })
    .map(({ op, shopper, ms, kind }) => ({ ...waiting(shopper, ms, kind), op }));
  fc.assert(
    fc.property(fc.array(request), fc.boolean(), (requests, regularShed) => {
      const { shed, served } = divide(requests, now, { saleFrozen: false, regularShed });
      const isShed = new Set(requests.filter((one) => reasonToShed(one, now, { saleFrozen: false, regularShed })));
      expect(served).toEqual(requests.filter((one) => !isShed.has(one)));
      expect(shed.map(({ op }) => op)).toEqual(requests.filter((one) => isShed.has(one)).map(({ op }) => op));
    }),
  );
});
