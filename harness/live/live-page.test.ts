import { once } from 'node:events';
import { get } from 'node:http';
import { expect, test } from 'vitest';
import { drills, sampleOf } from './fixtures/a-live-drill.ts';
import { liveMarkup } from './page-markup.ts';
import { type LiveState, openLivePage } from './live-page.ts';

/** What a reader who opens the page now gets. */
async function stateOf(url: string): Promise<LiveState> {
  const [response] = await once(get(`${url}events`), 'response');
  let seen = '';
  for await (const chunk of response) {
    seen += String(chunk);
    const data = /event: whole\ndata: (.*)\n\n/.exec(seen)?.[1];
    if (data !== undefined) return JSON.parse(data) as LiveState;
  }
  throw new Error('the stream ended before it told anything');
}

test('tells all of the drill so far, in its order', async () => {
  await using page = await openLivePage(0, drills);
  page.begin('inventory/streaming');
  page.note('Starting it');
  for (let second = 0; second < 16; second++) page.update(sampleOf(second));
  const state = await stateOf(page.url);
  expect(state.samples.map(({ elapsedMs }) => elapsedMs)).toEqual(
    Array.from({ length: 16 }, (_, second) => second * 1_000 + 700),
  );
  expect(state.happened.map(({ at, kind, name, stage }) => `${at} ${kind} ${name} ${stage}`)).toEqual([
    '0 phase warm-up began',
    '3 phase surge began',
    '5.7 fault store-freeze commanded',
    '5.7 fault store-freeze verified',
    '7.7 action raise-pool commanded',
    '8.7 action raise-pool verified',
    '9.7 fault store-freeze healed',
    '12 phase after began',
    '15 phase drain began',
  ]);
  expect(state.note).toBe('');
});

test('follows the next target with empty curves', async () => {
  await using page = await openLivePage(0, drills);
  page.begin('inventory/streaming');
  page.update(sampleOf(1));
  page.note('Judging');
  page.begin('inventory/legacy-batch');
  const { drill, samples, happened, note } = await stateOf(page.url);
  expect({ target: drill.target, place: drill.place, samples, happened, note }).toEqual({
    target: 'inventory/legacy-batch',
    place: '2 of 2',
    samples: [],
    happened: [],
    note: '',
  });
});

test('of two phases of one name each begins at its own time', async () => {
  const [drill] = drills;
  if (drill === undefined) throw new Error('no drill');
  const phases = [
    { name: 'steady', from: 0, to: 3 },
    { name: 'surge', from: 3, to: 9 },
    { name: 'steady', from: 9, to: 15 },
  ];
  await using page = await openLivePage(0, [{ ...drill, phases }]);
  for (const [second, phase] of ['steady', 'surge', 'steady'].entries())
    page.update({ ...sampleOf(second * 5), phase, news: [] });
  expect((await stateOf(page.url)).happened.map(({ at, name }) => ({ at, name }))).toEqual([
    { at: 0, name: 'steady' },
    { at: 3, name: 'surge' },
    { at: 9, name: 'steady' },
  ]);
});

test('a note after the load stays while samples of the drain come', async () => {
  await using page = await openLivePage(0, drills);
  page.update(sampleOf(14));
  page.note('Draining');
  page.update(sampleOf(15));
  expect((await stateOf(page.url)).note).toBe('Draining');
});

test('knows since when nothing is left of a key, until something is again', async () => {
  await using page = await openLivePage(0, drills);
  const goneAt = async (second: number, left: number | null) => {
    page.update({ ...sampleOf(second), wanted: [{ key: 'k', name: 'Kettle', opening: 10, left }] });
    return (await stateOf(page.url)).wanted.map((one) => one.goneAt);
  };
  expect(await goneAt(1, null)).toEqual([null]);
  expect(await goneAt(2, 4)).toEqual([null]);
  expect(await goneAt(3, 0)).toEqual([3.7]);
  expect(await goneAt(4, -2)).toEqual([3.7]);
  expect(await goneAt(5, 1)).toEqual([null]);
  expect(await goneAt(6, 0)).toEqual([6.7]);
  page.begin('inventory/legacy-batch');
  expect((await stateOf(page.url)).wanted).toEqual([]);
});

test('keeps no more than a page can use of a drill without end', async () => {
  await using page = await openLivePage(0, drills);
  for (let second = 0; second < 4_000; second++) page.update(sampleOf(second));
  const { samples } = await stateOf(page.url);
  expect(samples.length).toBeLessThanOrEqual(3_600);
  expect(samples.at(-1)?.elapsedMs).toBe(3_999_700);
});

test('a run that is broken off says so to those who follow', async () => {
  const page = await openLivePage(0, drills);
  const [response] = await once(get(`${page.url}events`), 'response');
  let seen = '';
  response.on('data', (chunk: Buffer) => (seen += chunk.toString()));
  await expect.poll(() => seen).toContain('event: whole');
  await page[Symbol.asyncDispose]();
  await expect.poll(() => seen).toMatch(/event: end\ndata: .*"brokenOff":true/);
});

test('knows the objectives that a running drill can be held to', () => {
  expect(drills[0]?.limits).toEqual({
    latencyMs: [{ value: 1_000, text: '< 1 s (surge)', during: 'surge' }],
    lagSeconds: [{ value: 2, text: '< 2 s', during: null }],
    lagMessages: [],
  });
});

test('may ask its own address alone, and runs nothing but its own scripts', () => {
  const [drill] = drills;
  const page = drill === undefined ? '' : liveMarkup({ ...drill, scenario: '</script><img src=x>' });
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("connect-src 'self'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  expect(page).not.toContain('<img');
  expect(page).toContain('Time scale 60×');
});
