/** The live page in a browser, with a fictional drill. Counted as skipped, with the reason, without a browser. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test as bare } from 'vitest';
import { drills, sampleOf } from '../../harness/live/fixtures/a-live-drill.ts';
import { failingRun } from '../../harness/report/fixtures/runs.ts';
import { reportHtml } from '../../harness/report/html.ts';
import { type LivePage, openLivePage } from '../../harness/live/live-page.ts';
import type { LiveSample } from '../../harness/live/live-sample.ts';
import { barriers } from './axe.ts';
import { chromiumPath, drawnCurves, launchChromium, openListening, type Opened, type PageOptions } from './chromium.ts';

const path = chromiumPath();
let browser: Browser | undefined;
beforeAll(async () => {
  if (path !== undefined) browser = await launchChromium(path);
});
afterAll(() => browser?.close());

type Open = (url: string, options?: PageOptions) => Promise<Opened>;

const test = bare.extend<{ open: Open; live: LivePage }>({
  // oxlint-disable-next-line no-empty-pattern -- what Vitest takes for a fixture that needs no other
  live: async ({}, use) => {
    await using live = await openLivePage(0, drills);
    live.begin('inventory/streaming');
    await use(live);
  },
  open: async ({ skip }, use) => {
    const running = browser;
    if (running === undefined) {
      skip('no Chromium found: install it, or name it in CHROMIUM_PATH');
      return;
    }
    const opened: Page[] = [];
    await use(async (url, options) => {
      const { host } = new URL(url);
      const listened = await openListening(running, url, (asked) => new URL(asked).host === host, options);
      opened.push(listened.page);
      return listened;
    });
    for (const page of opened) await page.close();
  },
});

const now = (page: Page, name: string) => page.locator(`[data-now=${name}]`).innerText();
/** How many samples the curves have, by their own account; one per second. */
async function secondsDrawn(page: Page): Promise<number> {
  const label = await page.locator('.charts .plot').first().getAttribute('aria-label');
  return Number(/(\d+) samples so far$/.exec(label ?? '')?.[1] ?? -1);
}
const play = (live: LivePage, from: number, to: number) => {
  for (let second = from; second < to; second++) live.update(sampleOf(second));
};

test('shows every second as it comes', async ({ live, open }) => {
  const { page, complaints } = await open(live.url, { viewport: { width: 1280, height: 900 } });
  live.note('Starting inventory/streaming');
  await expect.poll(() => page.locator('#left').innerText()).toBe('Starting inventory/streaming');
  for (const second of [3, 4, 5]) {
    live.update(sampleOf(second));
    const { plannedPerSecond, lagMessages } = sampleOf(second);
    await expect.poll(() => now(page, 'planned')).toBe(`${plannedPerSecond?.toLocaleString('en-US')}/s`);
    expect(await now(page, 'lagMessages')).toBe(lagMessages?.toLocaleString('en-US'));
    await expect.poll(() => secondsDrawn(page)).toBe(second - 2);
    await delay(1_000);
  }
  expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('surge');
  expect(await page.locator('#left').innerText()).toBe('+5 s of 15 s, 10 s left');
  expect(await page.locator('#events li').allInnerTexts()).toEqual([
    '+6 s store-freeze fault verified',
    '+6 s store-freeze fault commanded',
    '+3 s surge phase',
  ]);
  expect(await page.getByRole('status').innerText()).toBe('fault store-freeze commanded; fault store-freeze verified');
  expect(await page.locator('#strip').isVisible()).toBe(true);
  expect(complaints).toEqual([]);
});

test('shows what is left of what is asked for most, and says when it is gone', async ({ live, open }) => {
  const { page, complaints } = await open(live.url);
  const left = () => page.locator('#wanted-keys .left').allInnerTexts();
  await expect.poll(() => page.locator('#connection').innerText()).toBe('Live');
  expect(await page.locator('#left-of-wanted').isVisible()).toBe(false);
  live.update(sampleOf(0));
  await expect.poll(left).toEqual(['–', '–', '–', '–', '–', '–']);
  play(live, 8, 10);
  await expect
    .poll(async () => (await left()).slice(0, 3))
    .toEqual(['−280 of 1,400, gone at +9 s', '0 of 1,300, gone at +10 s', '80 of 1,200']);
  expect(await page.locator('#wanted-keys .bar i').evaluateAll((bars) => bars.map(({ style }) => style.width))).toEqual(
    ['0%', '0%', '6.66667%', '23.6364%', '44%', '68.8889%'],
  );
  expect(await page.locator('#wanted-keys li.bad .name').allInnerTexts()).toEqual(['Wireless Earbuds, Ocean Blue']);
  await expect
    .poll(() => page.getByRole('status').innerText())
    .toBe('nothing left of Smart LED TV, 43 inch; fault store-freeze healed');
  live.update({ ...sampleOf(10), wanted: [] });
  await expect.poll(() => page.locator('#left-of-wanted').isVisible()).toBe(false);
  expect(complaints).toEqual([]);
});

test('opened late, it has the whole curve', async ({ live, open }) => {
  play(live, 0, 12);
  const { page, complaints } = await open(live.url);
  await expect.poll(() => secondsDrawn(page)).toBe(12);
  expect(await page.locator('#events li').count()).toBe(7);
  expect(complaints).toEqual([]);
});

test('a figure beyond its objective is bad while the phase runs that it is for', async ({ live, open }) => {
  const { page } = await open(live.url);
  const beyond = () => page.locator('.tile.bad dt').allInnerTexts();
  const p99 = (changes: Partial<LiveSample>) => live.update({ ...sampleOf(6), p99Ms: 1_000, ...changes });
  p99({ phase: 'warm-up' });
  await expect.poll(() => now(page, 'p99Ms')).toBe('1 s');
  expect(await beyond()).toEqual([]);
  p99({ elapsedMs: 7_700, phase: 'surge', lagSeconds: 2.5 });
  await expect.poll(beyond).toEqual(['p99 so far', 'Lag, oldest undecided']);
  p99({ elapsedMs: 8_700, phase: 'surge', p99Ms: 999 });
  await expect.poll(beyond).toEqual([]);
  expect(await page.locator('.tile dd span').allInnerTexts()).toEqual(['', '', '', '< 1 s (surge)', '< 2 s', '']);
});

/** A connection to the page that can be cut. */
async function cuttable(url: string) {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    cut,
    [Symbol.asyncDispose]: async () => {
      server.close();
      cut();
      await once(server, 'close');
    },
  };
}

test('connects again by itself, and then has what happened meanwhile', async ({ live, open }) => {
  await using way = await cuttable(live.url);
  const { page } = await open(way.url);
  play(live, 0, 4);
  await expect.poll(() => secondsDrawn(page)).toBe(4);
  way.cut();
  await expect.poll(() => page.locator('#connection').innerText()).toBe('Disconnected, trying again');
  play(live, 4, 9);
  await expect.poll(() => secondsDrawn(page), { timeout: 10_000 }).toBe(9);
  expect(await page.locator('#connection').innerText()).toBe('Live');
  expect(await page.locator('#events li').count()).toBe(6);
});

test('follows the next target', async ({ live, open }) => {
  const { page } = await open(live.url);
  play(live, 0, 9);
  await expect.poll(() => secondsDrawn(page)).toBe(9);
  live.begin('inventory/legacy-batch');
  await expect.poll(() => page.locator('#place').innerText()).toBe('inventory/legacy-batch, 2 of 2');
  await expect.poll(() => secondsDrawn(page)).toBe(0);
  expect(await page.locator('#events li').count()).toBe(0);
  expect(await page.locator('#strip').isVisible()).toBe(false);
  live.update(sampleOf(0));
  await expect.poll(() => secondsDrawn(page)).toBe(1);
});

for (const width of [390, 1280]) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`at ${width} px, ${colorScheme}: no wider than its window, and no barrier`, async ({ live, open }) => {
      play(live, 0, 14);
      const { page, complaints } = await open(live.url, { viewport: { width, height: 800 }, colorScheme });
      await expect.poll(() => secondsDrawn(page)).toBe(14);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      // The strip of faults and actions has no curve.
      expect(await drawnCurves(page)).toEqual([false, true, true, true, true]);
      expect(await barriers(page)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  }
}

test('nothing moves for those who want no motion, and all is reached by keys', async ({ live, open }) => {
  const { page } = await open(live.url, { reducedMotion: 'reduce' });
  live.update(sampleOf(1));
  await expect.poll(() => page.locator('#connection').getAttribute('class')).toContain('open');
  expect(await page.evaluate('document.getAnimations().length')).toBe(0);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.getAttribute("aria-labelledby")')).toBe('happened');
});

test('at the end it tells the verdict and becomes the report', async ({ live, open }) => {
  const { page, complaints } = await open(live.url);
  play(live, 0, 16);
  await expect.poll(() => secondsDrawn(page)).toBe(16);
  // What it announces before it leaves is recorded where the report can read it.
  await page.evaluate(`new MutationObserver(() => {
    const [told, report] = ['told', 'report'].map((id) => document.getElementById(id));
    sessionStorage.setItem('told', told.textContent + (report.hidden ? '' : ', ' + report.innerText));
  }).observe(document.body, { subtree: true, childList: true, attributes: true })`);
  await live.end({ html: reportHtml([failingRun()]), path: 'results/a/report.html' }, 'fail');
  await live[Symbol.asyncDispose]();
  await expect.poll(() => page.title()).toBe('✗ Failed: big-billion-day › inventory/legacy-batch');
  await expect.poll(() => page.locator('.uplot').count()).toBe(7);
  expect(page.url()).toBe(live.url);
  expect(await page.evaluate(`sessionStorage.getItem('told')`)).toBe('✗ Failed, The report is ready. Open it');
  expect(complaints).toEqual([]);
});

test('where the run is broken off it keeps what it has and says so', async ({ live, open }) => {
  const { page } = await open(live.url);
  play(live, 0, 3);
  await expect.poll(() => secondsDrawn(page)).toBe(3);
  await live[Symbol.asyncDispose]();
  await expect.poll(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('Aborted');
  expect(await secondsDrawn(page)).toBe(3);
  expect(await barriers(page)).toEqual([]);
});
