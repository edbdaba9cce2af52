import { tmpdir } from 'node:os';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scenarios } from '../scenarios/index.ts';
import { targets } from '../simulators/index.ts';
import { loadRegistry } from './catalogue.ts';
import { planDrills, unionOfNeeds } from './commands/plan-drills.ts';
import { configProblems } from './config-shape.ts';
import type { ToofanConfig } from './config.ts';
import { UserError } from './errors.ts';
import { compileLoad } from './load/load-curve.ts';
import { listText } from './report/list.ts';

type Path = readonly (string | number)[];
type Place = Record<string | number, unknown>;
const isPlace = (value: unknown): value is Place => typeof value === 'object' && value !== null;

/** Every place in a value, including nested ones. */
const pathsOf = (value: unknown, path: Path = []): Path[] =>
  isPlace(value)
    ? (Array.isArray(value) ? value.map((inner, index) => [index, inner] as const) : Object.entries(value)).flatMap(
        ([name, inner]) => [[...path, name], ...pathsOf(inner, [...path, name])],
      )
    : [];

/** A copy of the value with one place replaced. */
function withAt(value: unknown, [step, ...rest]: Path, inner: unknown): unknown {
  if (step === undefined) return inner;
  const place = value as Place;
  const changed = withAt(place[step], rest, inner);
  return Array.isArray(value)
    ? value.map((one: unknown, index) => (index === step ? changed : one))
    : { ...place, [step]: changed };
}

/** Values of every type, including edge cases. */
const anything = fc.oneof(
  fc.constantFrom(null, true, -1, 0, 0.5, 1.5, 1e300, 9e15, 2 ** 60, '', 'x', '5', '5s', '99.9%', [], {}, [null], [[]]),
  fc.constantFrom(
    'constructor',
    '__proto__',
    'toString',
    { storyMs: -1 },
    { storyMs: 'x' },
    { type: 'x' },
    '0s',
    '1e3s',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

const registry = await loadRegistry(tmpdir());
const about = { registryModule: '', folder: tmpdir(), command: '' };
const usual = { targets: [], seed: 1, shards: 1, set: [] };

/** `planned`, the exit code of a refusal, or the message of our own bug. */
async function outcome(plan: () => Promise<unknown>): Promise<string> {
  try {
    await plan();
    return 'planned';
  } catch (error) {
    return error instanceof UserError ? String(error.exitCode) : String((error as Error).stack);
  }
}

/** As far as a run gets before anything starts. */
async function planned(scenario: string, set: readonly string[], among = registry): Promise<void> {
  const plans = await planDrills({ ...usual, scenario, set }, { ...about, registry: among });
  unionOfNeeds(plans);
  for (const { scenario: one } of plans) compileLoad(one.load, one.loadScale ?? 1).rateAt(1);
}

const tried = ['smoke', 'wallet-smoke', 'kyc-surge', 'storefront-smoke', 'big-billion-day-2020-short'];
/** A path as `--set` takes it: `load[2].hold`. */
const written = (path: Path): string =>
  path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');

describe('wrong types are refused as bad input, and are never our own bug', () => {
  it('in any member of a scenario, by --set', { timeout: 120_000 }, async () => {
    const places = scenarios
      .filter(({ name }) => tried.includes(name))
      .flatMap((scenario) => pathsOf(scenario).map((path) => ({ scenario: scenario.name, path })));
    expect(new Set(places.map(({ scenario }) => scenario)).size).toBe(tried.length);
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), anything, async ({ scenario, path }, value) => {
        const set = `${written(path)}=${JSON.stringify(value)}`;
        expect(await outcome(() => planned(scenario, [set]))).toMatch(/^(planned|64|65)$/);
      }),
      { numRuns: 3_000 },
    );
  });

  it('in any member of toofan.config.ts', { timeout: 120_000 }, async () => {
    const [scenario, target] = [
      scenarios.find(({ name }) => name === 'smoke'),
      targets.find(({ name }) => name === 'inventory/storefront'),
    ];
    const address = { host: 'localhost', port: 5_432, user: 'u', password: 'p', database: 'd' };
    const config: unknown = {
      scenarios: [{ ...scenario, name: 'own', target: 'own/target' }],
      targets: [{ ...target, name: 'own/target' }],
      images: { kafka: 'kafka', k6: 'k6' },
      external: {
        kafka: { brokers: ['localhost:9092'] },
        postgres: { main: address },
        redis: { host: '::1', port: 1 },
      },
      allowedHosts: ['example.org'],
    };
    expect(configProblems(config)).toEqual([]);
    const places = [[], ...pathsOf(config)] as Path[];
    const put = fc.oneof(
      anything,
      fc.constant(undefined),
      fc.constant(() => null),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...places), put, async (path, value) => {
        const changed = withAt(config, path, value);
        const problems = configProblems(changed);
        for (const problem of problems) expect(problem).toMatch(/^(?:\S.*: |must be )/);
        if (problems.length > 0) return;
        const { scenarios: ownScenarios = [], targets: ownTargets = [] } = changed as ToofanConfig;
        const own = {
          ...registry,
          config: changed as ToofanConfig,
          scenarios: new Map([...registry.scenarios, ...ownScenarios.map((one) => [one.name, one] as const)]),
          targets: new Map([...registry.targets, ...ownTargets.map((one) => [one.name, one] as const)]),
        };
        listText([{ title: 'Scenarios', entries: [...own.scenarios.values()] }], { colour: false, width: 80 });
        expect(await outcome(() => planned('own', [], own))).toMatch(/^(planned|64|65)$/);
      }),
      { numRuns: 1_500 },
    );
  });
});
