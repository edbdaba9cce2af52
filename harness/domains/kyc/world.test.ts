import { describe, expect, it } from 'vitest';
import { schemaProblems } from '../../schema-problems.ts';
import type { KycWorldSpec } from './spec.ts';
import { kycWorld } from './spec.ts';
import { openKycWorld } from './world.ts';

const spec: KycWorldSpec = { impostors: 0.1, flawed: 0.2, resubmitted: 0.05 };
const load = { arrivals: 4_000, arrivalsToMidSurge: 2_000, mix: {} };
const world = openKycWorld(spec, 11, load);
const share = (category: string) =>
  world.catalogue.filter((entry) => entry.category === category).length / load.arrivals;
const ops = Array.from({ length: load.arrivals }, (_, op) => op);

describe('the world of KYC', () => {
  it('is a pure function of seed and op', () => {
    const again = openKycWorld(spec, 11, load);
    expect(again.catalogue).toEqual(world.catalogue);
    for (const op of [3_999, 0, 17]) expect(again.operation(op)).toEqual(world.operation(op));
    const other = openKycWorld(spec, 12, load);
    expect(
      ops.filter((op) => other.operation(op).detail['aadhaar'] === world.operation(op).detail['aadhaar']).length,
    ).toBeLessThan(40);
    expect(() => world.operation(-1)).toThrow('no operation -1 in this world');
  });

  it('has one application an arrival, keyed by its applicant, and a second attempt of some', () => {
    const attempts = ops.map((arrival) => {
      const visits: [number, number][] = [];
      world.arrival(arrival, (op, attempt) => visits.push([op, attempt]));
      return visits;
    });
    expect(attempts.map(([first]) => first)).toEqual(ops.map((op) => [op, 1]));
    const again = attempts.flatMap((visits) => visits.slice(1));
    expect(again.every(([op, attempt]) => attempt === 2 && op < load.arrivals)).toBe(true);
    expect(new Set(again.map(([op]) => op)).size).toBe(again.length);
    // A quarter of them come after the last arrival's 4,000; the rest are 5 %.
    expect(again.length / load.arrivals).toBeGreaterThan(0.03);
    expect(again.length / load.arrivals).toBeLessThan(0.07);
    expect(world.operation(42)).toMatchObject({ kind: 'application', key: 'a42', subjectOp: null, amountPaise: 850 });
    expect(world.arrivalOf(42)).toBe(42);
  });

  it('knows in its catalogue who is an impostor, and tells nobody else', () => {
    expect(share('impostor')).toBeCloseTo(0.1, 1);
    expect(share('flawed')).toBeCloseTo(0.2, 1);
    expect(share('impostor') + share('flawed') + share('genuine')).toBe(1);
    const said = JSON.stringify(ops.map((op) => world.operation(op)));
    expect(said).not.toMatch(/impostor|flawed|genuine/);
  });

  it('gives each applicant a number of their own, in every spelling of a phone and several of a name', () => {
    const details = ops.map((op) => world.operation(op).detail);
    expect(new Set(details.map(({ aadhaar }) => aadhaar)).size).toBe(load.arrivals);
    const shapes = new Set(details.map(({ phone }) => String(phone).replaceAll(/\d/g, '9')));
    expect([...shapes]).toEqual(
      expect.arrayContaining([
        '9999999999',
        '+99-9999999999',
        '+999999999999',
        '99999999999',
        '99-9999999999',
        '999999999999',
        '99999 99999',
        '+99 99999-99999',
      ]),
    );
    expect(
      details.filter(({ aadhaarName }) => /\p{Script=Devanagari}/u.test(String(aadhaarName))).length,
    ).toBeGreaterThan(200);
    expect(details.filter(({ bankName }) => /^[A-Z]\. /.test(String(bankName))).length).toBeGreaterThan(200);
    expect(details.every(({ pan, panName }) => String(pan).length >= 9 && String(panName).length > 3)).toBe(true);
  });

  it('lets every impostor be told: by a name, or by the face', () => {
    const impostors = ops.filter((op) => world.catalogue[op]?.category === 'impostor');
    const undetectable = impostors.filter((op) => {
      const { aadhaarName, panName, bankName, aadhaar, selfie } = world.operation(op).detail;
      const isOwnFace = selfie === `face-${Number(String(aadhaar).slice(1, 8))}`;
      const sorted = [aadhaarName, panName, bankName].map((name) =>
        String(name)
          .toUpperCase()
          .split(' ')
          .toSorted((a, b) => a.localeCompare(b))
          .join(' '),
      );
      return isOwnFace && new Set(sorted).size === 1;
    });
    expect(undetectable).toEqual([]);
  });
});

describe('the specification', () => {
  it.each([
    [{ impostors: 0.02, flawed: 0.1 }, []],
    [{ impostors: 0, flawed: 1, resubmitted: 0 }, []],
    [null, ['world: must be an object such as { impostors: 0.02, flawed: 0.15 }: null']],
    [{ flawed: 0.1 }, ['world.impostors: must be a number; it is missing']],
    [
      { impostors: 1.2, flawed: '5' },
      ['world.impostors: must be at most 1: 1.2', 'world.flawed: must be a number: "5"'],
    ],
    [{ impostors: 0.6, flawed: 0.6 }, ['world.flawed: must be at most all with world.impostors: 0.6']],
    [{ impostors: 0, flawed: 0, resubmitted: -1 }, ['world.resubmitted: must be at least 0: -1']],
    [
      { impostors: 0, flawed: 0, products: 3 },
      ['world.products: unknown member. Known: impostors, flawed, resubmitted.'],
    ],
  ])('%j', (given, problems) => {
    expect(schemaProblems(kycWorld, given, 'world')).toEqual(problems);
  });
});
