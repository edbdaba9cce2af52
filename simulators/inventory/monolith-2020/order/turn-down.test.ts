import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answer, Decided } from '../../shared/decide.ts';
import type { Request } from '../../shared/wire.ts';
import { turnDown } from './turn-down.ts';

const order = (op: number, quantity = 1): Request => ({
  op,
  kind: 'order',
  orderOp: null,
  product: 'p',
  quantity,
  class: 'regular',
});
const decidedAs = (answer: Answer): Decided => ({ answer, product: 'p', quantity: 1, closed: false });
const stock = new Map([['p', { available: 5, sold: 0, version: 0 }]]);

describe('turning orders down', () => {
  it('keeps what was decided before, and writes the rest once each', () => {
    const decided = new Map([
      [1, decidedAs('confirmed')],
      [2, decidedAs('cancelled_first')],
    ]);
    const answers = new Map<number, Answer>([
      [1, 'sold_out'],
      [2, 'rejected'],
      [3, 'shed_frozen'],
      [4, 'sold_out'],
    ]);
    const outcome = turnDown(answers)([order(1), order(2), order(3, 2), order(4), order(3, 2)], { stock, decided });
    expect(outcome).toEqual({
      answers: ['confirmed', 'cancelled_first', 'shed_frozen', 'sold_out', 'shed_frozen'],
      rows: [
        { op: 3, product: 'p', quantity: 2, answer: 'shed_frozen', version: null },
        { op: 4, product: 'p', quantity: 1, answer: 'sold_out', version: null },
      ],
      closed: [],
      stock: new Map(),
    });
  });

  it('gives the same answers when everything comes again, and writes nothing then', () => {
    const turned = fc.constantFrom<Answer>('sold_out', 'rejected', 'shed_frozen');
    const presses = fc.array(fc.tuple(fc.nat({ max: 12 }), turned), { maxLength: 30 });
    fc.assert(
      fc.property(presses, presses, (first, second) => {
        const requests = first.map(([op]) => order(op));
        const once = turnDown(new Map(first))(requests, { stock, decided: new Map() });
        const decided = new Map(once.rows.map(({ op, answer }) => [op, decidedAs(answer)]));
        const again = turnDown(new Map([...first, ...second]))(requests, { stock, decided });
        expect(again.answers).toEqual(once.answers);
        expect(again.rows).toEqual([]);
      }),
    );
  });
});
