import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The browser's path: `CHROMIUM_PATH`, else its usual locations; undefined if there is none. */
export function chromiumPath(): string | undefined {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  return usual.find((path) => existsSync(path));
}

/** A headless browser that makes no network requests of its own. */
export const launchChromium = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export interface Opened {
  readonly page: Page;
  /** Everything that went wrong: console messages, errors, dialogs, requests to anything but the page itself. */
  readonly complaints: string[];
}
export type PageOptions = Parameters<Browser['newPage']>[0];

/** Opens a page and records its complaints; data inside the page never counts. */
export async function openListening(
  browser: Browser,
  url: string,
  isOwn: (url: string) => boolean,
  options?: PageOptions,
): Promise<Opened> {
  const page = await browser.newPage(options);
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`));
  page.on('request', (request) => {
    const asked = request.url();
    if (!asked.startsWith('data:') && !isOwn(asked)) complaints.push(`request: ${asked}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** Whether each canvas has pixels in exactly the colour of its main curve in this scheme. */
export const drawnCurves = (page: Page): Promise<boolean[]> =>
  page.evaluate(`[...document.querySelectorAll('.plot canvas')].map((canvas) => {
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--decided').trim();
    probe.fillRect(0, 0, 1, 1);
    const [red, green, blue] = probe.getImageData(0, 0, 1, 1).data;
    // From a copy: Chromium warns about reading a page's canvas several times, which the page itself never does.
    const copy = Object.assign(document.createElement('canvas'), { width: canvas.width, height: canvas.height });
    const context = copy.getContext('2d', { willReadFrequently: true });
    context.drawImage(canvas, 0, 0);
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let found = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] > 200) found += 1;
    }
    return found > 50;
  })`);
