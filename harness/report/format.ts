/** How figures and foreign text are written in every report, so that no two pages round differently. */
import type { ObjectiveResult, Verdict } from '../judge/judgement.ts';

/** Shown if nothing was measured. */
export const nothing = '–';

/** The sign of a verdict; never shown without its word or its colour nearby. */
export const glyph: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', inconclusive: '?' };

/**
 * Foreign text on one line, without control characters (including escape sequences), characters that reorder text, and unpaired
 * surrogates. Still to be escaped for the output format.
 */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replaceAll(/[\u200E\u200F\u202A-\u202E\u2066-\u2069\uFFFE\uFFFF]/g, '')
    .trim();
}

/** A page has thousands of figures, and making a formatter takes twenty times as long as using one. */
const formats = new Map<number, Intl.NumberFormat>();
function formatWith(digits: number): Intl.NumberFormat {
  const known = formats.get(digits) ?? new Intl.NumberFormat('en-US', { maximumFractionDigits: digits });
  formats.set(digits, known);
  return known;
}

/** `15,000`; at most `digits` decimals. */
export function number(value: number | null, digits = 0): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  const text = formatWith(digits).format(value);
  return text === '-0' ? '0' : text;
}

/** Paise in words: `₹4.21 crore`, `₹12.3 lakh`, `₹45,678`, `₹499.50`. */
export function rupees(paise: number | null): string {
  if (paise === null || !Number.isFinite(paise)) return nothing;
  const size = Math.abs(paise);
  if (size >= 100_000_00_000_00) return `${sign(paise)}₹${indian(size / 1_00_00_000_00, 0)} crore`;
  // From the value that would round up to the next unit: never `₹100 lakh`.
  if (size >= 99_99_500_00) return `${sign(paise)}₹${indian(size / 1_00_00_000_00, 2)} crore`;
  if (size >= 99_999_50) return `${sign(paise)}₹${indian(size / 1_00_000_00, 2)} lakh`;
  return rupeesExact(paise);
}

/** Paise in full, with Indian grouping: `₹4,21,33,400`, `₹499.50`. */
export function rupeesExact(paise: number | null): string {
  if (paise === null || !Number.isFinite(paise)) return nothing;
  const size = Math.abs(paise);
  const decimals = size % 100 === 0 ? 0 : 2;
  return `${sign(paise)}₹${indian(size / 100, decimals, decimals)}`;
}

const sign = (value: number) => (value < 0 ? '−' : '');
const indian = (value: number, maximumFractionDigits: number, minimumFractionDigits = 0) =>
  value.toLocaleString('en-IN', { maximumFractionDigits, minimumFractionDigits });

/** Milliseconds: `0.8 ms`, `147 ms`, `4.2 s`, `3 min 20 s`. */
export function duration(ms: number | null, digits = 0): string {
  if (ms === null || !Number.isFinite(ms)) return nothing;
  const size = Math.abs(ms);
  if (size < 10) return `${number(ms, Math.max(1, digits))} ms`;
  if (size < 1_000) return `${number(ms, digits)} ms`;
  if (size < 120_000) return `${number(ms / 1_000, Math.max(size < 10_000 ? 2 : 1, digits))} s`;
  const seconds = Math.round(ms / 1_000);
  return `${number(Math.trunc(seconds / 60))} min ${Math.abs(seconds % 60)} s`;
}

/** A quantile of planned operations: if it is missing although some were planned, that many were never decided. */
export const latency = (ms: number | null, planned: number): string =>
  ms === null && planned > 0 ? '∞' : duration(ms);

/** A unit is one word; anything longer would only push the figures off the page. */
const longestUnit = 16;

/** A figure in its most readable unit; `digits` more decimals to tell two figures apart. */
export function measured(value: number | null, unit: string, digits = 0): string {
  if (value === null || !Number.isFinite(value)) return nothing;
  switch (unit) {
    case 'ms':
      return duration(value, digits);
    case 's':
      return Math.abs(value) < 1 && value !== 0
        ? duration(value * 1_000, digits)
        : `${number(value, Math.max(value < 100 ? 2 : 1, digits))} s`;
    case 'share':
      return `${number(value * 100, Math.max(2, digits))} %`;
    case 'paise':
      return rupees(value);
    case 'MiB':
      return `${number(value, digits)} MiB`;
    default:
      return `${number(value, Math.max(Number.isInteger(value) ? 0 : 2, digits))} ${plain(unit).slice(0, longestUnit)}`.trim();
  }
}

/** The bound: `< 250 ms`, `≥ 99.9 %`. */
export const thresholdText = (objective: Pick<ObjectiveResult, 'sense' | 'threshold' | 'unit'>): string =>
  `${objective.sense === 'below' ? '<' : '≥'} ${measured(objective.threshold, objective.unit)}`;

/**
 * The observed value, with enough decimals to differ from the threshold: never `✗ 250 ms < 250 ms` for 250.4. `∞` if it never
 * came.
 */
export function observedText(objective: Pick<ObjectiveResult, 'observed' | 'threshold' | 'unit' | 'verdict'>): string {
  const { observed, threshold, unit, verdict } = objective;
  if (observed === null && verdict === 'fail') return '∞';
  const asPromised = measured(threshold, unit);
  const most = 6;
  for (let digits = 0; digits < most; digits++) {
    const text = measured(observed, unit, digits);
    if (text !== asPromised || observed === threshold) return text;
  }
  return measured(observed, unit, most);
}

/** `1 order`, `31,204 orders`. */
export const counted = (n: number, one: string, many = `${one}s`): string => `${number(n)} ${n === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** `oversold` → `Oversold`. */
export const capitalised = (text: string): string => {
  const line = plain(text);
  return line.charAt(0).toUpperCase() + line.slice(1);
};

/** Whether a terminal gets colours (no-color.org): an empty NO_COLOR forbids nothing. */
export const wantsColour = (env: Readonly<Record<string, string | undefined>>): boolean =>
  (env['NO_COLOR'] ?? '') === '';
