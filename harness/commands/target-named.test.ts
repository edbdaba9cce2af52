import { expect, it } from 'vitest';
import type { Target } from '../target/target.ts';
import { targetNamed } from './target-named.ts';

const names = ['inventory/streaming', 'wallet/streaming', 'inventory/legacy-batch', 'inventory/streaming+naive-read'];
const targets = new Map(names.map((name) => [name, { name, domain: name.split('/')[0] } as Target]));
const named = (name: string, domain?: string) => targetNamed(name, { targets }, domain).name;

it('finds a target by its whole name, or by the end of it where only one has it', () => {
  expect(named('wallet/streaming', 'inventory')).toBe('wallet/streaming');
  expect(named('legacy-batch')).toBe('inventory/legacy-batch');
  expect(named('inventory/streaming+naive-read')).toBe('inventory/streaming+naive-read');
});

it('takes that of the domain where several end in it', () => {
  expect(named('streaming', 'wallet')).toBe('wallet/streaming');
  expect(named('streaming', 'inventory')).toBe('inventory/streaming');
});

it('refuses what is several, or none', () => {
  expect(() => named('streaming')).toThrow(
    '--target streaming: ambiguous: inventory/streaming, wallet/streaming; give the full name',
  );
  expect(() => named('naive-read')).toThrow("unknown target 'naive-read'.");
  expect(() => named('streamin', 'wallet')).toThrow("unknown target 'streamin'. Did you mean 'streaming'?");
  expect(() => named('nothing-like-it')).toThrow('Known: inventory/streaming, ');
  expect(() => named('inventory/streamin')).toThrow("Did you mean 'inventory/streaming'?");
});
