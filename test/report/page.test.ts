/** `report.html` in a browser. Counted as skipped, with the reason, without a browser. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test as bare } from 'vitest';
import { incidentRun } from '../../harness/report/fixtures/incident.ts';
import { failingRun, inconclusiveRun, passingRun, runOf } from '../../harness/report/fixtures/runs.ts';
import { reportHtml } from '../../harness/report/html.ts';
import type { JudgedRun } from '../../harness/report/judged-run.ts';
import { nightly } from '../nightly.ts';
import { barriers } from './axe.ts';
import { chromiumPath, drawnCurves, launchChromium, openListening, type Opened, type PageOptions } from './chromium.ts';

const path = chromiumPath();
const hostile = `</script><img src="http://127.0.0.1:9/" onerror="document.title='broken'">"'\`\u2028]]>`;
const pages: Readonly<Record<string, readonly JudgedRun[]>> = {
  pass: [passingRun()],
  fail: [failingRun()],
  inconclusive: [inconclusiveRun()],
  incident: [incidentRun()],
  three: [failingRun(), inconclusiveRun(), passingRun()],
  hostile: [runOf(hostile)],
};

let folder = '';
let browser: Browser | undefined;
beforeAll(async () => {
  if (path === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'toofan-page-'));
  for (const [name, runs] of Object.entries(pages)) await writeFile(join(folder, `${name}.html`), reportHtml(runs));
  browser = await launchChromium(path);
});
afterAll(async () => {
  await browser?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

const test = bare.extend<{ open: (name: string, options?: PageOptions) => Promise<Opened> }>({
  open: async ({ skip }, use) => {
    const running = browser;
    if (running === undefined) {
      skip('no Chromium found: install it, or name it in CHROMIUM_PATH');
      return;
    }
    const opened: Page[] = [];
    await use(async (name, options) => {
      const own = pathToFileURL(join(folder, `${name}.html`)).href;
      const listened = await openListening(running, own, (asked) => asked === own, options);
      opened.push(listened.page);
      return listened;
    });
    for (const page of opened) await page.close();
  },
});

const widths = [390, 768, 1440];
// On paper from a dark screen: the hardest to get right.
const looks = [
  { look: 'light', media: 'screen', colorScheme: 'light' },
  { look: 'dark', media: 'screen', colorScheme: 'dark' },
  { look: 'print', media: 'print', colorScheme: 'dark' },
] as const;

test.for(Object.keys(pages))(
  '%s at every width, by day, by night and on paper: quiet, drawn, no wider than its window',
  async (name, { open }) => {
    const runs = pages[name]?.length ?? 0;
    // Opened at each width; the colour scheme is changed in place.
    for (const width of widths) {
      const { page, complaints } = await open(name, { viewport: { width, height: 900 }, colorScheme: 'light' });
      for (const { look, media, colorScheme } of looks) {
        await page.emulateMedia({ media, colorScheme });
        // A change of scheme or paper is laid out and drawn in the next frame.
        const shown = async () => ({
          look,
          tooWide: await page.evaluate<number>(`Math.max(0, document.documentElement.scrollWidth - ${width})`),
          drawn: await drawnCurves(page),
        });
        await expect.poll(shown).toEqual({ look, tooWide: 0, drawn: Array.from({ length: runs * 7 }, () => true) });
      }
      expect(complaints).toEqual([]);
    }
  },
);

/** Light on a phone and dark on a desktop; both on both takes minutes with three runs on a page. */
const readers = nightly
  ? [390, 1440].flatMap((width) => (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })))
  : ([
      { width: 390, colorScheme: 'light' },
      { width: 1440, colorScheme: 'dark' },
    ] as const);
const expectNoBarrier = async (name: string, open: (name: string, options?: PageOptions) => Promise<Opened>) => {
  for (const { width, colorScheme } of readers) {
    const { page } = await open(name, { viewport: { width, height: 900 }, colorScheme });
    await page.evaluate(`document.querySelectorAll('details').forEach((details) => { details.open = true; })`);
    expect({ width, colorScheme, barriers: await barriers(page) }).toEqual({ width, colorScheme, barriers: [] });
  }
};
test.for(['fail', 'incident'])('%s: no barrier, whatever is opened', (name, { open }) => expectNoBarrier(name, open));
test.skipIf(!nightly).for(['inconclusive', 'three'])('%s: no barrier, whatever is opened', (name, { open }) =>
  expectNoBarrier(name, open),
);

/** Every curve of one run. */
const drawn = Array.from({ length: 7 }, () => true);

test('text that looks like markup is shown as text', async ({ open }) => {
  const { page, complaints } = await open('hostile');
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.title()).toContain('</script><img');
  expect(await page.locator('.look').innerText()).toContain(`</script><img src="http://127.0.0.1:9/" onerror=`);
  await page.getByRole('button').click();
  expect(await page.locator('.examples li').count()).toBe(12);
  expect(await page.locator('img').count()).toBe(0);
  expect(complaints).toEqual([]);
});

test('the examples beyond the tenth come on demand', async ({ open }) => {
  const { page } = await open('fail');
  const first = page.locator('.examples').first();
  expect(await first.locator('li').count()).toBe(10);
  await first.getByRole('button', { name: 'Show 100 of 190 more' }).click();
  await first.getByRole('button', { name: 'Show 90 of 90 more' }).click();
  expect(await first.locator('li').count()).toBe(200);
  expect(await first.locator('li').last().innerText()).toMatch(
    /units promised[\s\S]*p-01363[\s\S]*\+\d+\.\d s, surge[\s\S]*ops/,
  );
});

test('a moment that is followed is shown on the curves, with its figures', async ({ open }) => {
  const { page } = await open('fail', { viewport: { width: 1440, height: 900 } });
  const planned = page.locator('[data-value=planned]');
  expect(await planned.innerText()).toBe('max 15,000/s');
  await page.locator('.look a.moment').click();
  expect(await planned.innerText()).toBe('15,000/s');
  expect(await page.locator('[data-value=p99Ms]').innerText()).toMatch(/^[\d.]+ s$/);
});

test('curves keep to their figures when the window changes', async ({ open }) => {
  const { page, complaints } = await open('fail', { viewport: { width: 1440, height: 900 } });
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate('document.documentElement.scrollWidth')).toBe(390);
  await expect.poll(() => drawnCurves(page)).toEqual(drawn);
  expect(complaints).toEqual([]);
});

test('a counterexample is whole on a phone: every column of its operations is in sight', async ({ open }) => {
  const { page } = await open('fail', { viewport: { width: 390, height: 844 } });
  const beyond = `[...document.querySelectorAll('.of-example')].map(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)`;
  const beyondSight = await page.evaluate<number[]>(beyond);
  expect(beyondSight.length).toBeGreaterThan(0);
  expect(beyondSight.filter((pixels) => pixels > 0)).toEqual([]);
});

test('the bar of a second begins with it, as the phases beside it do', async ({ open }) => {
  const { page } = await open('pass', { viewport: { width: 1440, height: 900 } });
  const begins = await page.evaluate<number>(`(() => {
    const plot = document.querySelector('[data-chart=service]');
    const canvas = plot.querySelector('canvas');
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--decided').trim();
    context.fillRect(0, 0, 1, 1);
    const ink = context.getImageData(0, 0, 1, 1).data.join();
    context.clearRect(0, 0, 1, 1);
    context.drawImage(canvas, 0, 0);
    const isInked = (x) => {
      const { data } = context.getImageData(x, 0, 1, canvas.height);
      return Array.from({ length: canvas.height }, (_, y) => data.slice(4 * y, 4 * y + 4).join()).includes(ink);
    };
    const first = Array.from({ length: canvas.width }, (_, x) => x).find(isInked) / devicePixelRatio;
    return first - plot.querySelector('.u-over').offsetLeft;
  })()`);
  // Ninety seconds on some 1,300 pixels: half a second is seven of them.
  expect(Math.abs(begins)).toBeLessThan(3);
});

test('curves are drawn for a sheet of paper before a print, and for the screen after it', async ({ open }) => {
  const { page } = await open('fail', { viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
  const state = async () => ({
    drawn: await drawnCurves(page),
    onPaper: await page.evaluate('document.querySelector(".wide .uplot").clientWidth <= 700'),
    ground: await page.evaluate('getComputedStyle(document.documentElement).getPropertyValue("--card").trim()'),
  });
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  await expect.poll(state).toEqual({ drawn, onPaper: true, ground: '#ffffff' });
  await page.evaluate('dispatchEvent(new Event("afterprint"))');
  await expect.poll(state).toEqual({ drawn, onPaper: false, ground: '#1b1b19' });
});

test('can be found its way in without seeing it', async ({ open }) => {
  const { page } = await open('three');
  for (const landmark of ['banner', 'main', 'contentinfo', 'navigation'] as const) {
    expect({ landmark, count: await page.getByRole(landmark).count() }).toEqual({ landmark, count: 1 });
  }
  expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
  expect(await page.locator('th:not([scope])').count()).toBe(0);
  expect(await page.locator('table:not(:has(thead))').count()).toBe(0);
  expect(await page.locator('.plot:not([role=img][aria-label])').count()).toBe(0);
  // A verdict's sign comes with its word.
  expect(await page.locator('.sign:not(:has(.unseen))').count()).toBe(0);
});

test.for(['light', 'dark'] as const)('text can be told from its ground, %s', async (colorScheme, { open }) => {
  const { page } = await open('fail', { colorScheme });
  const contrasts: Record<string, number> = await page.evaluate(`(() => {
    const style = getComputedStyle(document.documentElement);
    const light = (name) => {
      const probe = document.createElement('canvas').getContext('2d');
      probe.fillStyle = style.getPropertyValue('--' + name).trim();
      probe.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data].map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + 0.05) / (Math.min(light(a), light(b)) + 0.05);
    return Object.fromEntries(['card', 'ground'].flatMap((ground) =>
      ['ink', 'muted', 'pass', 'fail', 'inconclusive'].map((ink) => [ink + ' on ' + ground, contrast(ink, ground)])));
  })()`);
  // WCAG 2.2, 1.4.3: 4.5 to 1.
  expect(Object.entries(contrasts).filter(([, contrast]) => contrast < 4.5)).toEqual([]);
});
