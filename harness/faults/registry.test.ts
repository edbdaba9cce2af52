import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { diceOf } from '../domains/dice.ts';
import { alertRules } from '../judge/alerts/rules.ts';
import { at, type FaultSpec } from '../scenario/scenario.ts';
import { story } from '../scenario/time.ts';
import { schemaProblems } from '../schema-problems.ts';
import { drawFault, type FaultOffer } from './draw.ts';
import { redisFlush, workerCrash } from './index.ts';
import { faults, faultsThatNeed, needsOfFaults } from './registry.ts';

const all = [...faults.values()];
const rules = new Map(alertRules.map((rule) => [rule.name, rule]));
const everything: FaultOffer = {
  processes: [{ name: 'worker', count: 3, isNode: true }],
  stores: ['kafka', 'postgres:main', 'redis'],
  ownsStores: true,
  proxies: true,
  logVolume: true,
  dependencies: ['recommendations'],
  topics: ['order-events'],
  groups: ['inventory'],
  tables: [{ server: 'main', table: 'stock' }],
};

/** The problems of a fault's parameters, by its own schemas. */
function problems({ type, ...parameters }: FaultSpec): string[] {
  return schemaProblems(z.strictObject(faults.get(type)?.parameters ?? {}), parameters);
}
const scheduled = (...types: string[]) => ({
  faults: types.map((type) => at(story('0s'), { type, store: 'redis' })),
});

describe('the registry', () => {
  it('has a row for every file that defines a fault, which is called as its type', () => {
    const files = readdirSync(import.meta.dirname).filter((file) =>
      /= defineFault\(/.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
    );
    expect(files.toSorted()).toEqual([...faults.keys()].map((type) => `${type}.ts`).toSorted());
    expect(all.length).toBeGreaterThanOrEqual(20);
  });

  it('says what several faults need together', () => {
    expect(needsOfFaults(scheduled('worker-crash'))).toEqual({ proxies: false, logVolume: false, agent: false });
    expect(needsOfFaults(scheduled('network-cut', 'worker-leak'))).toMatchObject({ proxies: true, agent: true });
  });
});

it('says which faults a machine cannot strike that lacks something', () => {
  expect(faultsThatNeed('logVolume')).toContain('broker-disk-full');
  expect(faultsThatNeed('proxies')).toContain('network-cut');
  expect(faultsThatNeed('proxies')).not.toContain('broker-disk-full');
});

describe('a constructor', () => {
  it('makes data of its parameters, which the compiler knows by their schemas', () => {
    expect(workerCrash({ count: 1, downFor: '2s', recoverWithin: '30s' })).toEqual({
      type: 'worker-crash',
      count: 1,
      downFor: '2s',
      recoverWithin: '30s',
    });
    expect(redisFlush()).toEqual({ type: 'redis-flush' });
    // @ts-expect-error: how long it stays down is no number.
    expect(problems(workerCrash({ downFor: 2 }))).toHaveLength(1);
    // @ts-expect-error: it must be given.
    expect(problems(workerCrash({ count: 1 }))).toHaveLength(1);
    // @ts-expect-error: there is no such parameter, and the nearest is named.
    expect(problems(workerCrash({ downFor: '2s', coutn: 1 }))).toEqual([
      "coutn: unknown member. Did you mean 'count'?",
    ]);
  });
});

describe.each(all.map((fault) => ({ type: fault.type, fault })))('$type', ({ fault }) => {
  it('is described, and so is each of its parameters', () => {
    expect(fault.summary).toMatch(/^[A-Z].*\.$/);
    const silent = Object.entries(fault.parameters).filter(
      ([, schema]) => z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }).description === undefined,
    );
    expect(silent.map(([name]) => name)).toEqual([]);
  });

  it('takes the parameters of its page, of its trials and of its draws', () => {
    const { type, page, trials, draw } = fault;
    expect(problems({ type, ...page.example })).toEqual([]);
    for (const trial of trials) expect(problems({ type, ...trial.with })).toEqual([]);
    const [place = ''] = draw.places(everything);
    for (let seed = 0; seed < 50; seed++)
      expect(problems(drawFault(fault, place, diceOf(seed, 1), everything).fault)).toEqual([]);
  });

  it('is named by alerts that there are', () => {
    expect(fault.alertedBy.length).toBeGreaterThan(0);
    expect(fault.alertedBy.filter((alert) => rules.get(alert)?.causes.includes(fault.type) !== true)).toEqual([]);
    expect((fault.runbookOf ?? []).filter((alert) => !fault.alertedBy.includes(alert))).toEqual([]);
  });
});

it('the page of one fault is the runbook of each alert that names any', () => {
  const runbooks = all.flatMap(({ runbookOf = [] }) => runbookOf);
  const leading = alertRules.filter(({ causes }) => causes.length > 0).map(({ name }) => name);
  expect(runbooks.toSorted()).toEqual(leading.toSorted());
});
