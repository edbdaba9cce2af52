import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { objective } from './fixtures/judgement.ts';
import { failingRun, inconclusiveRun, passingRun, runOf } from './fixtures/runs.ts';
import { reportHtml } from './html.ts';
import { html, jsonForScript } from './html/markup.ts';
import { used } from './html/promises.ts';

const page = reportHtml([failingRun()]);
const dataOf = (text: string): unknown =>
  JSON.parse(/<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '');

test('whatever is put into markup is text, unless it is markup', () => {
  expect(html`<p title="${'"><b>'}">${['<i>', html`<b>${'&'}</b>`, 4]}</p>`.text).toBe(
    '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;<b>&amp;</b>4</p>',
  );
});

test('data in a script cannot end it', () => {
  const { text } = jsonForScript({ a: '</script><!--\u2028\u2029&' });
  expect(text).toBe('{"a":"\\u003c/script\\u003e\\u003c!--\\u2028\\u2029\\u0026"}');
  expect(JSON.parse(text)).toEqual({ a: '</script><!--\u2028\u2029&' });
});

test('says the verdict, what broke, by how much, when, and an example', () => {
  expect(page).toContain('<title>✗ Failed: big-billion-day › inventory/legacy-batch</title>');
  expect(page).toContain('4 of 10 invariants broken, 4 of 6 objectives missed and 1 inconclusive.');
  expect(page).toMatch(/First violation<\/span>\s*<a[^>]*data-at="24.000"[^>]*>\+24\.0 s, surge<\/a/);
  expect(page).toContain('1,204 violations');
  expect(page).toContain('₹7.84 crore');
  expect(page).toContain('Time scale 60×');
  expect(page).toContain('· seed 20261009 · commit 3f2a1b9c0d12, with uncommitted changes · local stack on');
});

test('shows ten examples and holds all that the judge handed over', () => {
  expect(page.match(/<span class="what">/g)).toHaveLength(33);
  expect(page).toMatch(/Show 100 of\s+190\s+more/);
  const [run] = dataOf(page) as { invariants: { name: string; examples: unknown[] }[] }[];
  expect(run?.invariants.map(({ examples }) => examples.length)).toEqual([200, 200, 0, 0, 0, 0, 0, 120, 0, 3]);
});

test('draws the bounds of objectives that name a curve, whatever else they are called', () => {
  const bounds = [
    objective({ name: 'p99', threshold: 750, curve: 'latencyMs' }),
    objective({ name: 'consumer-lag', threshold: 900, unit: 'messages', curve: 'lagMessages' }),
    objective({ name: 'latency of the bank', threshold: 20, curve: undefined }),
  ];
  const { record, judgement } = failingRun();
  const [run] = dataOf(reportHtml([{ record, judgement: { ...judgement, objectives: bounds } }])) as {
    curves: { limits: unknown };
  }[];
  expect(run?.curves.limits).toEqual({
    latencyMs: [{ value: 750, text: '< 750 ms' }],
    lagSeconds: [],
    lagMessages: [{ value: 900, text: '< 900 messages' }],
  });
});

test('tells the operations of an example one by one', () => {
  const row =
    /<th scope="row">\s*order 482113<small>boAt Rockerz 255 Pro\+ \(p-00000\)<\/small>\s*<\/th>\s*<td>\+23\.9 s, surge<\/td>\s*<td>2 units<\/td>\s*<td>\s*confirmed/;
  expect(page).toMatch(row);
  expect(page).toContain('<td>-1,318 units</td>');
});

test('allows its own scripts and styles to the byte, and nothing from anywhere', () => {
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/unsafe|https?:/);
  const texts = [...page.matchAll(/<(?:script|script type="module"|style)>([\s\S]*?)<\/(?:script|style)>/g)];
  expect(texts).toHaveLength(4);
  for (const [, text = ''] of texts) {
    expect(policy).toContain(`'sha256-${createHash('sha256').update(text).digest('base64')}'`);
  }
  expect(page).toContain('Copyright (c) 2022 Leon Sorokin');
  expect(page.replaceAll(/<(script|style)[\s\S]*?<\/\1>/g, '')).not.toMatch(
    /(?:src|href)="(?!#|data:)|\s(?:style|on\w+)="/,
  );
});

test('an objective says how much of what it allows is used', () => {
  expect(used(objective({ observed: 125, threshold: 500 }))).toBe(0.25);
  expect(used(objective({ observed: 0.998, threshold: 0.999, sense: 'atLeast', unit: 'share' }))).toBeCloseTo(2);
  expect(used(objective({ observed: 50, threshold: 100, sense: 'atLeast', unit: 'messages' }))).toBe(2);
  expect(used(objective({ observed: null }))).toBeNull();
});

test('several targets have one page and one comparison', () => {
  const text = reportHtml([passingRun(), failingRun(), inconclusiveRun()]);
  expect(text.match(/<article class="card verdict/g)).toHaveLength(3);
  expect(text.match(/<h1/g)).toHaveLength(1);
  expect(text).toContain('Side by side');
});

/** The page's tags without their values; the hashes distinguish scripts and styles from text. */
const outline = (text: string) =>
  [...text.replaceAll(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '<$1/>').matchAll(/<[a-z!/][^>]*>/gi)].map(([tag]) =>
    tag.replaceAll(/"[^"]*"/g, '""'),
  );

test('no name adds an element, an attribute or a script', () => {
  const expected = outline(reportHtml([runOf('name')]));
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('</script><script>', '" onload="x', '<!--', ']]>', '\u2028</style>', '`${x}`', "' x='"),
  );
  fc.assert(
    fc.property(text, (name) => {
      const hostile = reportHtml([runOf(`a${name}z`)]);
      expect(outline(hostile)).toEqual(expected);
      expect(() => dataOf(hostile)).not.toThrow();
    }),
    { numRuns: 100 },
  );
});
