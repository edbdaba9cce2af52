/** The page of `toofan compare` in a browser. Counted as skipped, with the reason, without a browser. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { comparedHtml } from '../../harness/report/compared-html.ts';
import { failingRun, inconclusiveRun, passingRun } from '../../harness/report/fixtures/runs.ts';
import { barriers } from './axe.ts';
import { chromiumPath, drawnCurves, launchChromium, openListening } from './chromium.ts';

const path = chromiumPath();
let folder = '';
let browser: Browser | undefined;
beforeAll(async () => {
  if (path === undefined) return;
  folder = await mkdtemp(join(tmpdir(), 'toofan-page-'));
  browser = await launchChromium(path);
});
afterAll(async () => {
  await browser?.close();
  if (folder !== '') await rm(folder, { recursive: true, force: true });
});

test.for([
  { width: 390, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const)(
  'at $width px, $colorScheme: quiet, drawn, no wider than its window, no barrier',
  async (look, { skip }) => {
    if (browser === undefined) {
      skip('no Chromium found: install it, or name it in CHROMIUM_PATH');
      return;
    }
    const runs = [passingRun(), failingRun(), inconclusiveRun()].map((run, index) => ({
      ...run,
      letter: 'ABC'[index] ?? '',
      folder: `results/a-rather-long-name-of-a-run-${index}`,
    }));
    const file = join(folder, `${look.width}.html`);
    await writeFile(file, comparedHtml(runs, 'surge'));
    const url = pathToFileURL(file).href;
    const { colorScheme, width } = look;
    const viewport = { width, height: 900 };
    const { page, complaints } = await openListening(browser, url, (asked) => asked === url, { viewport, colorScheme });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    const drawn = await drawnCurves(page);
    expect(drawn.length).toBeGreaterThan(1);
    expect(drawn).not.toContain(false);
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  },
);
