import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Domain } from '../domains/domain.ts';
import { at, ramp, steady, surge, warmUp, type LoadPhase, type Scenario } from './scenario.ts';
import { story, type Duration } from './time.ts';
import { invariantNames } from './validate-invariants.ts';
import type { Rules } from './rules.ts';
import { validateScenario } from './validate.ts';

const domain = {
  name: 'inventory',
  primaryKind: 'order',
  classes: ['premium', 'regular'],
  answers: { byKind: { order: ['confirmed', 'sold_out'], cancellation: ['cancelled', 'refused'] } },
  companionKinds: ['cancellation', 'return'],
  world: z.looseObject({ products: z.int().min(1) }),
  invariants: [
    { name: 'no-oversell', promise: '', needs: ['decisions', 'balances'], counterexamples: '' },
    { name: 'no-lost-order', promise: '', needs: ['appends'], counterexamples: '' },
  ],
} as unknown as Domain;

const rules: Rules = {
  domain: { ...domain, world: z.unknown() },
  objectives: new Map([
    [
      'decided',
      { parameters: { kind: z.string().optional(), answer: z.string().optional(), class: z.string().optional() } },
    ],
  ]),
  faults: new Map([['worker-crash', { parameters: { process: z.string().optional(), downFor: z.string() } }]]),
  actions: new Set(['resize-pool']),
  states: ['stock-at-zero', 'shedding'],
  target: { name: 'inventory/x', tables: new Set(['appends', 'decisions', 'balances']), readModel: false, http: false },
};

const sound: Scenario = {
  name: 'x',
  summary: '',
  domain: 'inventory',
  target: 'inventory/x',
  timeScale: 60,
  world: {},
  load: [
    warmUp({ perSecond: 10, for: '1s' }),
    steady({ perSecond: 10, for: '1s' }),
    surge({ to: 20, within: '0s', hold: '5s' }),
  ],
  mix: { cancellation: 0.1 },
  faults: [],
  objectives: [{ type: 'decided', during: 'surge' }],
  invariants: 'all',
  drainDeadline: '10s',
  sources: [{ seed: '1-2' }],
};

const rampFirst = (from: object) => ({
  ...sound,
  load: [ramp({ to: 20, within: '5s', ...from }), surge({ to: 30, within: '1s', hold: '1s' })],
});

const lasting = (name: string, length: Duration) => steady({ name, perSecond: 1, for: length });
const problemsWith = (change: Partial<Scenario>) => validateScenario({ ...sound, objectives: [], ...change }, rules);
const problemsOfReplay = (points: (readonly [number, number])[], speed = 1) =>
  problemsWith({ load: [{ shape: 'replay', name: 'r', file: 'r.csv', speed, points }] });
const lastingHours = (hours: string, speed = 1) => [
  `load[0].file: "r.csv" lasts ${hours} h at speed ${speed}; were its seconds milliseconds? Divide them by 1000, or give it a higher speed`,
];
const seconds = (count: number, step: number) => Array.from({ length: count }, (_, i) => [i * step, 100] as const);

describe('validation of a scenario', () => {
  it('has nothing to say of a sound one', () => {
    expect(validateScenario(sound, rules)).toEqual([]);
  });

  it('refuses a state to be reached that no drill can come to, with the nearest', () => {
    expect(validateScenario({ ...sound, reach: ['stock-at-zero'] }, rules)).toEqual([]);
    expect(validateScenario({ ...sound, reach: ['sheding'] }, rules)).toEqual([
      "reach[0]: unknown state 'sheding' in inventory. Did you mean 'shedding'?",
    ]);
  });
  it('wants the machine that bounds are for to be one that can be', () => {
    const machine = { coreMs: 100, pairMs: 180, fsyncMs: 2 };
    expect(validateScenario({ ...sound, boundsFor: machine }, rules)).toEqual([]);
    expect(validateScenario({ ...sound, boundsFor: { ...machine, coreMs: 0, jvmStartMs: -1 } }, rules)).toEqual([
      'boundsFor.coreMs: must be a number above 0, at most 60,000: 0',
      'boundsFor.jvmStartMs: must be a number above 0, at most 60,000: -1',
    ]);
  });

  it('bounds a drill in time: each phase, all together, its drain, and how long anything may take', () => {
    expect(problemsWith({ drainDeadline: '9999h' })).toEqual(['drainDeadline: must not exceed a day: "9999h"']);
    expect(problemsWith({ load: [lasting('a', '14h'), lasting('b', '14h')] })).toEqual([
      'load: lasts 28.0 h in total, longer than a day',
    ]);
    expect(problemsWith({ load: [lasting('a', '25h')] })).toContain('load[0].for: must not exceed a day: "25h"');
    expect(problemsWith({ load: [lasting('a', '24h')] })).toEqual([]);
  });

  it('bounds rates as they will be sent, after loadScale', () => {
    const problemsOf = (loadScale: number) => validateScenario({ ...sound, loadScale }, rules);
    expect(problemsOf(1_000)).toEqual([]);
    const load = sound.load.map((phase) => (phase.shape === 'surge' ? { ...phase, to: 15_000 } : phase));
    expect(validateScenario({ ...sound, load, loadScale: 66 }, rules)).toEqual([]);
    expect(validateScenario({ ...sound, load, loadScale: 100 }, rules)).toEqual([
      'load[2]: 15000 per second times loadScale 100 exceeds 1,000,000 per second',
    ]);
  });

  it('bounds the visitors that are inside at once', () => {
    const http = { ...rules, target: { ...rules.target, http: true } };
    const problemsOf = (lasts: Duration, more: Partial<Scenario> = {}) =>
      validateScenario({ ...sound, ...more, visits: { everyNth: 1, journey: 'j.ts', lasts } }, http);
    expect(problemsOf('400ms')).toEqual([]);
    expect(problemsOf('24h')).toEqual([
      'visits.lasts: 24h at 20 visits per second means 1,728,000 visitors at once, more than 20,000',
    ]);
    expect(problemsOf('1000s')).toEqual([]);
    expect(problemsOf('1000s', { loadScale: 1.1 })).toEqual([
      'visits.lasts: 1000s at 22 visits per second means 22,000 visitors at once, more than 20,000',
    ]);
  });

  it('takes a recording that would last for hours for one of milliseconds', () => {
    expect(problemsOfReplay(seconds(2, 60_000))).toEqual(lastingHours('16.7'));
    expect(problemsOfReplay(seconds(61, 1_000))).toEqual(lastingHours('16.7'));
    expect(problemsOfReplay(seconds(25, 3_600))).toEqual(lastingHours('24.0'));
    expect(problemsOfReplay(seconds(25, 3_600), 60)).toEqual([]);
    expect(problemsOfReplay(seconds(2, 3_600))).toEqual([]);
  });

  it('says everything at once, each with its place', () => {
    const broken: Scenario = {
      ...sound,
      timeScale: 0,
      load: [
        surge({ to: Number.NaN, within: 'soon' as Duration, hold: '5s' }),
        steady({ name: 'surge', perSecond: -1, for: '0s' }),
        { shape: 'serge', name: 'odd' } as unknown as LoadPhase,
        warmUp({ perSecond: 1, for: '1s' }),
      ],
      mix: { cancelation: 0.1, return: 3 },
      faults: [
        at(story('1min'), { type: 'worker-crash' }),
        at({ phase: 'serge', after: '1s' }, { type: 'worker-cash' }),
      ],
      objectives: [{ type: 'decided', during: 'checkout' }, { type: 'fastest' }],
      invariants: ['no-oversel'],
      drainDeadline: 'never' as Duration,
      sources: [],
    };
    expect(validateScenario(broken, { ...rules, domain })).toEqual([
      'timeScale: must be a number above 0, at most 100,000: 0',
      'load[0]: starts from the previous rate, but is the first phase; put a steady phase first',
      'load[0].to: must be a rate per second from 0 to 1,000,000: null',
      `load[0].within: must be a duration such as '500ms', '5s', '30min': "soon"`,
      'load[1].perSecond: must be a rate per second from 0 to 1,000,000: -1',
      'load[1].for: must be longer than 0: "0s"',
      `load[2].shape: unknown: "serge". Did you mean 'surge'?`,
      "load[1].name: 'surge' already used by load[0]; choose another",
      'load[3].warmUp: warm-up comes first; story time starts where it ends',
      "mix.cancelation: unknown kind in inventory. Did you mean 'cancellation'?",
      'mix.return: must be a share from 0 to 1: 3',
      'world.products: must be a number; it is missing',
      'faults[0].fault.downFor: must be a string; it is missing',
      "faults[1].fault.type: unknown fault 'worker-cash'. Did you mean 'worker-crash'?",
      "objectives[0].during: unknown phase 'checkout'. Known: surge, surge, odd, warm-up.",
      "objectives[1].type: unknown objective 'fastest'. Known: decided.",
      "invariants[0]: unknown invariant 'no-oversel' in inventory. Did you mean 'no-oversell'?",
      `drainDeadline: must be a duration such as '500ms', '5s', '30min': "never"`,
      'sources: give at least one; every number of a scenario has a source',
    ]);
  });

  it('lets a ramp be the first phase only with a rate to begin from', () => {
    expect(validateScenario(rampFirst({ from: 10 }), rules)).toEqual([]);
    expect(validateScenario(rampFirst({}), rules)).toHaveLength(1);
  });

  it('refuses an invariant whose tables the target cannot supply', () => {
    const tables = new Set(['appends', 'decisions'] as const);
    expect(
      validateScenario(sound, { ...rules, target: { name: 'inventory/x', tables, readModel: true, http: false } }),
    ).toEqual([
      "invariants: 'no-oversell' needs balances, which the target inventory/x does not supply; leave it out or add that to the target",
    ]);
  });

  it('refuses an invariant of the read model where the target declares none', () => {
    const shelf = { name: 'shelf-truth', promise: '', needs: [], needsReadModel: true, counterexamples: '' };
    const withShelf = { ...rules, domain: { ...rules.domain, invariants: [shelf] } };
    expect(validateScenario(sound, withShelf)).toEqual([
      "invariants: 'shelf-truth' needs a read model, which the target inventory/x does not supply; leave it out or add that to the target",
    ]);
    expect(validateScenario(sound, { ...withShelf, target: { ...rules.target, readModel: true } })).toEqual([]);
  });

  it('knows visitors, and judges what they are told only where there are some', () => {
    const visits = { everyNth: 2, journey: 'journey.ts', lasts: '400ms' } as const;
    const told = { name: 'answers-agree', promise: '', needs: ['answers'] as const, counterexamples: '' };
    const shop: Rules = {
      ...rules,
      domain: { ...rules.domain, invariants: [...domain.invariants, told] },
      target: { ...rules.target, http: true, tables: new Set([...rules.target.tables, 'answers']) },
    };
    expect(invariantNames(sound, shop.domain)).toEqual(['no-oversell', 'no-lost-order']);
    expect(invariantNames({ ...sound, visits }, shop.domain)).toContain('answers-agree');
    expect(validateScenario({ ...sound, visits }, shop)).toEqual([]);
    expect(validateScenario({ ...sound, visits }, rules)).toEqual([
      'visits: the target inventory/x has no shop; leave them out, or set `http` on the target',
    ]);
    const broken = { everyNth: 1.5, journey: '', lasts: '0s' } as const;
    expect(validateScenario({ ...sound, arrivals: 'poisson', visits: broken }, shop)).toEqual([
      'visits.everyNth: must be a whole number from 1 (1 is every arrival): 1.5',
      'visits.journey: must be the path of a module: ""',
      'visits.lasts: must be longer than 0: "0s"',
      "arrivals: k6 paces visitors, always 'uniform'; leave it out",
    ]);
  });
});

describe('validation of a fault', () => {
  const victims = { process: ['inventory-worker'], topic: ['inventory-orders'], dependency: [] };
  const types = new Map([
    ['x', { parameters: { process: z.string().optional(), topic: z.string(), dependency: z.string().optional() } }],
  ]);
  const problemsOf = (fault: object) =>
    validateScenario(
      { ...sound, faults: [at(story('1min'), { type: 'x', topic: 'inventory-orders', ...fault })] },
      { ...rules, faults: types, victims },
    );

  it('takes what some target has', () => {
    expect(problemsOf({ process: 'inventory-worker', recoverWithin: '5s' })).toEqual([]);
  });

  it('refuses a parameter that it does not have, and names of what no target has', () => {
    expect(problemsOf({ proces: 'inventory-worker' })).toEqual([
      "faults[0].fault.proces: unknown member. Did you mean 'process'?",
    ]);
    expect(problemsOf({ process: 'inventory-wroker', topic: 'orders', dependency: 'bank' })).toEqual([
      "faults[0].fault.process: no target of inventory has 'inventory-wroker'. Did you mean 'inventory-worker'?",
      "faults[0].fault.topic: no target of inventory has 'orders'. Known: inventory-orders.",
      "faults[0].fault.dependency: no target of inventory has 'bank'.",
    ]);
  });
});

const problemsOf = (words: object) =>
  validateScenario({ ...sound, objectives: [{ type: 'decided', ...words }] }, rules);

it('refuses kinds, classes and answers of an objective that the domain does not have', () => {
  expect(problemsOf({ answer: 'sold_out' })).toEqual([]);
  expect(problemsOf({ kind: 'cancellation', answer: 'refused' })).toEqual([]);
  expect(problemsOf({ kind: 'ordr' })).toEqual([
    "objectives[0].kind: unknown kind 'ordr' in inventory. Did you mean 'order'?",
  ]);
  expect(problemsOf({ class: 'regular' })).toEqual([]);
  expect(problemsOf({ class: 'premum' })).toEqual([
    "objectives[0].class: unknown class 'premum' in inventory. Did you mean 'premium'?",
  ]);
  expect(problemsOf({ answer: 'refused' })).toEqual([
    "objectives[0].answer: unknown answer 'refused' to order. Known: confirmed, sold_out.",
  ]);
});
