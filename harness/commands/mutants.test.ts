import { expect, it } from 'vitest';
import type { Verdict } from '../judge/judgement.ts';
import type { Mutant } from '../target/target.ts';
import { chosenMutants, rowOf } from './mutants.ts';

const mutant = (name: string, domain: string) =>
  ({ name, convictedBy: ['no-oversell', 'books-balance'], target: { domain } }) as unknown as Mutant;
const registry = {
  mutants: new Map(
    [mutant('oversells', 'inventory'), mutant('loses', 'wallet')].map((one): [string, Mutant] => [one.name, one]),
  ),
  domains: new Map([
    ['inventory', {}],
    ['wallet', {}],
    ['kyc', {}],
  ]) as never,
};
const chosen = (only: readonly string[], domain?: string) =>
  chosenMutants(domain === undefined ? { only } : { only, domain }, registry).map(({ name }) => name);

it('takes the mutants that are named, of the domain that is named', () => {
  expect(chosen([])).toEqual(['oversells', 'loses']);
  expect(chosen([], 'wallet')).toEqual(['loses']);
  expect(chosen(['loses'])).toEqual(['loses']);
});

it('refuses a name that is none of a mutant, of that domain, or of a domain, and a domain without any', () => {
  expect(() => chosen(['overselss'])).toThrow("--only: unknown mutant: 'overselss'. Did you mean 'oversells'?");
  expect(() => chosen(['oversells', 'nope'])).toThrow("--only: unknown mutant: 'nope'");
  expect(() => chosen(['loses'], 'inventory')).toThrow("--only: unknown mutant of inventory: 'loses'");
  expect(() => chosen([], 'inventroy')).toThrow("--domain: unknown domain 'inventroy'. Did you mean 'inventory'?");
  expect(() => chosen([], 'kyc')).toThrow('--domain: kyc has no mutants');
});

const judged = (verdict: Verdict, invariants: Record<string, Verdict>) =>
  ({
    verdict,
    invariants: Object.entries(invariants).map(([name, of]) => ({ name, verdict: of })),
    objectives: [],
    failedButPresent: 0,
  }) as never;
const broken = { name: 'oversells', convictedBy: ['no-oversell', 'books-balance'] };

it('an unbroken pipeline must be acquitted; one that could not be judged is neither right nor wrong', () => {
  expect(rowOf(judged('pass', { 'no-oversell': 'pass' }), 1, undefined).outcome).toBe('expected');
  expect(rowOf(judged('inconclusive', { 'no-oversell': 'pass' }), 1, undefined).outcome).toBe('unsure');
  expect(rowOf(judged('fail', { 'no-oversell': 'fail' }), 1, undefined).outcome).toBe('unexpected');
});

it('a mutant must be convicted by all that is named for it; an acquittal is wrong, a doubt is a doubt', () => {
  const outcome = (first: Verdict, second: Verdict) =>
    rowOf(judged('fail', { 'no-oversell': first, 'books-balance': second }), 1, broken).outcome;
  expect(outcome('fail', 'fail')).toBe('expected');
  expect(outcome('fail', 'inconclusive')).toBe('unsure');
  expect(outcome('inconclusive', 'pass')).toBe('unexpected');
  expect(rowOf(judged('fail', { 'no-oversell': 'fail' }), 1, broken).outcome).toBe('unexpected');
});
