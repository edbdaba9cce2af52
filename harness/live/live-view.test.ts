import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LiveSample } from './live-sample.ts';
import { openLiveView } from './live-view.ts';
import { sparkline } from './terminal-frame.ts';
import { displayWidth } from '../report/text-table.ts';

const plan = { scenario: 'big-billion-day', target: 'inventory/streaming', durationMs: 90_000, peakPerSecond: 15_000 };
const sample = (elapsedMs: number, changes: Partial<LiveSample> = {}): LiveSample => ({
  elapsedMs,
  phase: 'surge',
  plannedPerSecond: 15_000,
  sentPerSecond: 15_000,
  decidedPerSecond: 14_870,
  lagMessages: 1_204,
  lagSeconds: 0.08,
  p99Ms: 147,
  servedShare: 1,
  wanted: [],
  remainingMs: 90_000 - elapsedMs,
  news: [],
  ...changes,
});

// The escape sequences that the view may send, line ends, and the text between them.
const tokens = new RegExp(String.raw`\u001B\[(?:\?2026[hl]|\d+A|J)|[\n\r]|[^\u001B\n\r]+`, 'g');

/** A terminal that keeps its screen: enough of one for what the view sends; anything else is an error. */
function screen(columns = 80, rows = 24) {
  const seen = { sent: '', lines: [''], texts: [] as string[], ups: [] as number[] };
  let row = 0;
  const print = (text: string, width: number) => {
    seen.texts.push(text);
    // Text longer than the terminal wraps.
    for (let from = 0; from < text.length; from += width) {
      if (from > 0) row += 1;
      seen.lines[row] = (seen.lines[row] ?? '') + text.slice(from, from + width);
    }
  };
  return Object.assign(seen, {
    columns,
    rows,
    /** As in terminals: what no longer fits on its line wraps, and the cursor moves along. */
    resize(width: number) {
      seen.lines = seen.lines.flatMap((line) => line.match(new RegExp(`.{1,${width}}`, 'gu')) ?? ['']);
      row = seen.lines.length - 1;
      this.columns = width;
    },
    write(text: string) {
      seen.sent += text;
      const parts = text.match(tokens) ?? [];
      if (parts.join('') !== text) throw new Error(`not understood: ${JSON.stringify(text)}`);
      for (const part of parts) {
        const up = /\[(\d+)A$/.exec(part)?.[1];
        if (part === '\n') row += 1;
        else if (part.endsWith('[J')) seen.lines.length = row;
        else if (up !== undefined) {
          seen.ups.push(Number(up));
          row -= Number(up);
        } else if (part !== '\r' && !part.startsWith('\u001B')) print(part, this.columns);
        seen.lines[row] ??= '';
      }
    },
  });
}

const open = (stream: ReturnType<typeof screen>, changes = {}) =>
  openLiveView({ stream, isTerminal: true, quiet: false, colour: false, plan, ...changes });

test('redraws its lines in place', () => {
  const stream = screen(100);
  const view = open(stream);
  view.update(sample(0, { plannedPerSecond: 0, decidedPerSecond: null }));
  view.update(sample(45_000, { news: [{ kind: 'fault', name: 'worker-crash', stage: 'verified' }] }));
  expect(stream.lines.map((line) => line.trimEnd())).toEqual([
    '  big-billion-day › inventory/streaming  surge  +45 of 90 s, 45 s left',
    `  planned     15,000/s  ${'▁'.repeat(15)}${'█'.repeat(15)}`,
    `  sent        15,000/s  ${'█'.repeat(30)}`,
    `  decided     14,870/s  ${' '.repeat(15)}${'█'.repeat(15)}`,
    '  lag 1,204 messages, 80 ms   p99 147 ms',
    '  fault worker-crash verified',
    '',
  ]);
  view.close();
  view.close();
  expect(stream.lines.join('').trim()).toBe('');
});

test('never hides the cursor, so that nothing can leave it hidden', () => {
  const stream = screen();
  const view = open(stream);
  view.note('Kafka: starting');
  for (let second = 0; second < 90; second++) view.update(sample(second * 1_000));
  view.close();
  expect(stream.sent).not.toContain('\u001B[?25');
});

test('a note replaces the one before it on the same subject, and a frame does not run over notes', () => {
  const stream = screen();
  const view = open(stream);
  view.note('Kafka: downloading 34 of 54 MB');
  view.note('Kafka: downloading 54 of 54 MB');
  view.note('Postgres: starting');
  view.update(sample(1_000));
  view.note('Judging');
  expect(stream.lines.slice(0, 3)).toEqual(['Kafka: downloading 54 of 54 MB', 'Postgres: starting', 'Judging']);
  expect(stream.lines.filter((line) => line.includes('planned'))).toHaveLength(1);
  view.close();
  expect(stream.lines.slice(0, 3)).toEqual(['Kafka: downloading 54 of 54 MB', 'Postgres: starting', 'Judging']);
  expect(stream.lines.join('')).not.toContain('planned');
});

test('a second target gets a view of its own below the first', () => {
  const stream = screen();
  const view = open(stream);
  view.update(sample(89_000));
  view.note('Stack: reset');
  view.update(sample(1_000));
  expect(stream.lines.filter((line) => line.includes('+89'))).toHaveLength(0);
  expect(stream.lines.filter((line) => line.includes('+1 of'))).toHaveLength(1);
});

test.for([30, 50, 200])('survives a terminal of 120 columns made %i wide between two frames', (columns) => {
  const stream = screen(120);
  const view = open(stream);
  view.note('Starting');
  view.update(sample(60_000));
  stream.resize(columns);
  view.update(sample(61_000));
  expect(stream.lines).toHaveLength(7);
  expect(stream.lines[0]).toBe('Starting');
  expect(stream.lines.filter((line) => line.includes('planned'))).toHaveLength(1);
});

test('fits any terminal', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 24, max: 300 }),
      fc.integer({ min: 1, max: 50 }),
      fc.string({ unit: 'binary' }),
      (columns, rows, name) => {
        const stream = screen(columns, rows);
        const view = open(stream, { plan: { ...plan, target: name } });
        view.note(`${name}: note`);
        for (const second of [1, 50, 90])
          view.update(sample(second * 1_000, { phase: name, news: [{ kind: 'fault', name, stage: 'healed' }] }));
        view.close();
        for (const line of stream.texts) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        // Nothing is drawn that has scrolled off and could not be replaced.
        for (const up of stream.ups) expect(up).toBeLessThan(Math.max(2, rows));
      },
    ),
    { numRuns: 200 },
  );
});

test('without a terminal: a plain line every five seconds of the drill', () => {
  const stream = screen();
  const view = open(stream, { isTerminal: false });
  for (let second = 0; second <= 12; second++)
    view.update(
      sample(second * 1_000 + 40, {
        lagSeconds: second === 0 ? null : 0.08,
        news: second < 6 || second > 8 ? [] : [{ kind: 'fault', name: `number-${second}`, stage: 'healed' }],
      }),
    );
  view.close();
  expect(stream.sent.split('\n')).toEqual([
    '+0 s surge | planned 15,000/s | sent 15,000/s | decided 14,870/s | lag 1,204 messages, – | p99 147 ms | 90 s left',
    '+5 s surge | planned 15,000/s | sent 15,000/s | decided 14,870/s | lag 1,204 messages, 80 ms | p99 147 ms | 85 s left',
    '+10 s surge | planned 15,000/s | sent 15,000/s | decided 14,870/s | lag 1,204 messages, 80 ms | p99 147 ms | 80 s left | fault number-6 healed | fault number-7 healed | fault number-8 healed',
    '',
  ]);
  expect(stream.sent).not.toContain('\u001B');
});

test('without a terminal: a second drill begins its lines anew', () => {
  const stream = screen();
  const view = open(stream, { isTerminal: false });
  for (const second of [0, 60, 0, 1]) view.update(sample(second * 1_000));
  expect(stream.sent.match(/^\+\d+/gm)).toEqual(['+0', '+60', '+0']);
});

test('without a terminal: of many notes on one subject one every five seconds, and the last', () => {
  const stream = screen();
  let nowMs = 0;
  const view = open(stream, { isTerminal: false, now: () => nowMs });
  for (let megabytes = 0; megabytes <= 54; megabytes += 6) {
    view.note(`Kafka: downloading ${megabytes} of 54 MB`);
    nowMs += 1_000;
  }
  view.note('Kafka: up');
  view.note('Postgres: up');
  view.close();
  expect(stream.sent.split('\n')).toEqual([
    'Kafka: downloading 0 of 54 MB',
    'Kafka: downloading 30 of 54 MB',
    'Kafka: up',
    'Postgres: up',
    '',
  ]);
});

test('quiet says nothing', () => {
  const stream = screen();
  const view = open(stream, { quiet: true });
  view.note('Kafka: up');
  view.update(sample(0));
  view.close();
  expect(stream.sent).toBe('');
});

test('bars are drawn to the peak and take the share of the width that has passed', () => {
  expect(sparkline([0, 7_500, 15_000, 15_000], 8, 15_000, 0.5)).toBe('▁▅██');
  expect(sparkline([null, 15_000], 2, 15_000, 1)).toBe(' █');
  expect(sparkline([20_000, -5], 2, 15_000, 1)).toBe('█▁');
});
