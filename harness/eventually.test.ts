import { expect, it } from 'vitest';
import { eventually, NotYet, notYet } from './eventually.ts';

const refused = () => Promise.reject(new Error('refused'));
const often = { withinMs: 10_000, everyMs: 1 };

it('looks until there is something to see', async () => {
  let looks = 0;
  expect(await eventually(() => Promise.resolve(++looks < 3 ? new NotYet('too early') : looks), often)).toBe(3);
});

it('sees what is nothing: undefined is an answer', async () => {
  expect(await eventually(() => Promise.resolve(undefined), often)).toBeUndefined();
});

it('gives up with the reason of the last look, after one that began when the time was over', async () => {
  let looks = 0;
  const look = () => Promise.resolve(new NotYet(`look ${++looks}`));
  await expect(eventually(look, { withinMs: -1, everyMs: 1 })).rejects.toThrow('look 1');
  expect(looks).toBe(1);
});

it('gives on at once what a look rejects with, and takes it for too early where it is told to', async () => {
  await expect(eventually(refused, often)).rejects.toThrow('refused');
  let asked = 0;
  const ask = () => (++asked < 2 ? refused() : Promise.resolve('ready'));
  expect(await eventually(() => ask().catch(notYet), often)).toBe('ready');
});

it('ends with the next look once it is aborted', async () => {
  let looks = 0;
  const look = () => Promise.resolve(new NotYet(`look ${++looks}`));
  await expect(eventually(look, { ...often, signal: AbortSignal.abort() })).rejects.toThrow('look 1');
});
