/** What a person sees while a drill runs: a few lines redrawn on a terminal, a plain line every five seconds elsewhere. */
import pc from 'picocolors';
import { duration, measured, nothing, number, plain } from '../report/format.ts';
import { cut, displayWidth, pad } from '../report/text-table.ts';

/** What happened to the drill: a fault was healed, an action was taken. */
export interface News {
  /** `fault` */
  readonly kind: string;
  /** `store-freeze` */
  readonly name: string;
  /** `healed` */
  readonly stage: string;
}

const newsText = ({ kind, name, stage }: News): string => plain(`${kind} ${name} ${stage}`);

/** The state of a drill at one moment; null where it is not known. */
export interface LiveSample {
  /** Since the load began. */
  readonly elapsedMs: number;
  readonly phase: string;
  readonly plannedPerSecond: number | null;
  readonly sentPerSecond: number | null;
  readonly decidedPerSecond: number | null;
  readonly lagMessages: number | null;
  readonly lagSeconds: number | null;
  readonly p99Ms: number | null;
  readonly remainingMs: number | null;
  /** Of the decisions looked at since the sample before: the share that serves whoever asked, and in time. */
  readonly servedShare: number | null;
  /** What customers are shown of the keys that most is asked of, that first; empty where the target has no read model. */
  readonly wanted: readonly WantedLeft[];
  /** What happened to the drill since the sample before, oldest first: `fault store-freeze healed`, `action raise-pool verified`. */
  readonly news: readonly News[];
}

/** A key that much is asked of: how many units there were, and how many the last look at the read model found. */
export interface WantedLeft {
  readonly key: string;
  readonly name: string;
  readonly opening: number;
  readonly left: number | null;
}

export interface LivePlan {
  readonly scenario: string;
  readonly target: string;
  /** The whole curve; what the bars are drawn to. */
  readonly durationMs: number;
  readonly peakPerSecond: number;
}

export interface LiveView {
  /** The caller comes by about once a second; how often that is shown is the view's business. */
  update(sample: LiveSample): void;
  /** A line about what is going on (`Kafka: downloading 34 of 54 MB`); the next of the same subject replaces it on a terminal. */
  note(line: string): void;
  /** Takes what was drawn last off a terminal; notes stay. Closing twice is harmless. */
  close(): void;
}

/** Where the view is drawn; a `process.stdout` is one. */
interface LiveStream {
  write(text: string): unknown;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}

export interface LiveOptions {
  readonly stream: LiveStream;
  readonly isTerminal: boolean;
  readonly quiet: boolean;
  readonly plan: LivePlan;
  readonly colour?: boolean;
  /** Monotonic milliseconds, for notes that come before the load's own clock runs. */
  readonly now?: () => number;
}

const plainEveryMs = 5_000;
/** Columns that the rates alone take. */
const narrowest = 24;

export function openLiveView(options: LiveOptions): LiveView {
  if (options.quiet) return { update: () => {}, note: () => {}, close: () => {} };
  return options.isTerminal ? openTerminalView(options) : openPlainView(options);
}

/** `Kafka: downloading 34 of 54 MB` is about Kafka. */
const subjectOf = (line: string): string => /^[^:]{1,40}:/.exec(line)?.[0] ?? line;

/** For logs: no escape sequence, a line every five seconds, every subject's first and last note. */
function openPlainView({ stream, now = () => performance.now() }: LiveOptions): LiveView {
  let nextAtMs = 0;
  let lastMs = 0;
  let subject = '';
  let notedAt = -Infinity;
  let held: string | undefined;
  let news: News[] = [];
  const flush = () => {
    if (held !== undefined) stream.write(`${held}\n`);
    held = undefined;
  };
  return {
    update(sample) {
      flush();
      // Time that goes back is the next target's drill.
      if (sample.elapsedMs < lastMs) nextAtMs = 0;
      lastMs = sample.elapsedMs;
      news.push(...sample.news);
      if (sample.elapsedMs < nextAtMs) return;
      nextAtMs = (Math.floor(sample.elapsedMs / plainEveryMs) + 1) * plainEveryMs;
      stream.write(`${plainLine({ ...sample, news })}\n`);
      news = [];
    },
    note(line) {
      const text = plain(line);
      const due = subjectOf(text) !== subject || now() - notedAt >= plainEveryMs;
      if (subjectOf(text) !== subject) flush();
      subject = subjectOf(text);
      if (!due) {
        held = text;
        return;
      }
      held = undefined;
      notedAt = now();
      stream.write(`${text}\n`);
    },
    close: flush,
  };
}

const perSecond = (rate: number | null) => (rate === null ? nothing : `${number(rate)}/s`);

function plainLine(sample: LiveSample): string {
  return [
    `+${number(Math.round(sample.elapsedMs / 1_000))} s ${plain(sample.phase)}`,
    `planned ${perSecond(sample.plannedPerSecond)}`,
    `sent ${perSecond(sample.sentPerSecond)}`,
    `decided ${perSecond(sample.decidedPerSecond)}`,
    `lag ${number(sample.lagMessages)} messages, ${measured(sample.lagSeconds, 's')}`,
    `p99 ${duration(sample.p99Ms)}`,
    ...(sample.remainingMs === null ? [] : [`${number(Math.ceil(sample.remainingMs / 1_000))} s left`]),
    ...sample.news.map(newsText),
  ].join(' | ');
}

/**
 * The cursor is never hidden, so nothing can leave it hidden; a frame is one write between the marks of a synchronized
 * update, so nothing flickers where the terminal knows them.
 */
function openTerminalView({ stream, plan, colour = true }: LiveOptions): LiveView {
  const colours = pc.createColors(colour);
  const history: LiveSample[] = [];
  /** The last that happened, as much as a line has room for. */
  let lately: readonly News[] = [];
  /** Widths of the lines on the screen that the next frame takes the place of. */
  let drawn: number[] = [];
  /** The subject of the note that was drawn last; undefined where that was a frame. */
  let noted: string | undefined;
  let closed = false;
  const columns = () => Math.max(narrowest, stream.columns ?? 80);
  /** Up to where what is drawn begins. */
  const home = (): string => {
    // A terminal made narrower has wrapped what stood there: count the rows that it takes now.
    const up = drawn.reduce((rows, width) => rows + Math.max(1, Math.ceil(width / columns())), 0);
    return up > 0 ? `\u001B[${up}A` : '';
  };
  const draw = (lines: readonly string[]) => {
    const kept = lines.slice(0, Math.max(1, (stream.rows ?? 24) - 1));
    stream.write(`\u001B[?2026h\r${home()}\u001B[J${kept.join('\n')}\n\u001B[?2026l`);
    drawn = kept.map(displayWidth);
  };
  const drawFrame = (sample: LiveSample) =>
    draw(frame({ ...sample, news: lately }, history, plan, columns() - 1, colours));
  return {
    update(sample) {
      if (closed) return;
      // Time that goes back is the next target's drill.
      if (sample.elapsedMs < (history.at(-1)?.elapsedMs ?? 0)) {
        history.length = 0;
        lately = [];
      }
      lately = [...lately, ...sample.news].slice(-3);
      history.push(sample);
      if (history.length > 1_000) history.splice(0, history.length, ...history.filter((_, index) => index % 2 === 1));
      if (noted !== undefined) drawn = [];
      noted = undefined;
      drawFrame(sample);
    },
    note(line) {
      if (closed) return;
      const text = plain(line);
      const last = history.at(-1);
      const inPlace = last !== undefined || noted === subjectOf(text);
      if (!inPlace) drawn = [];
      draw([colours.dim(cut(text, columns() - 1))]);
      if (last === undefined) {
        noted = subjectOf(text);
        return;
      }
      // Once the load runs a note stays above the view.
      drawn = [];
      drawFrame(last);
    },
    close() {
      if (!closed && noted === undefined && drawn.length > 0) stream.write(`\r${home()}\u001B[J`);
      closed = true;
    },
  };
}

type Colours = ReturnType<typeof pc.createColors>;

function frame(
  sample: LiveSample,
  history: readonly LiveSample[],
  plan: LivePlan,
  width: number,
  colours: Colours,
): string[] {
  const { bold, dim, yellow, cyan } = colours;
  const place = `${plain(sample.phase)}  +${number(Math.floor(sample.elapsedMs / 1_000))} of ${duration(plan.durationMs)}`;
  const left = sample.remainingMs === null ? '' : `, ${number(Math.ceil(sample.remainingMs / 1_000))} s left`;
  const title = cut(
    `${plain(plan.scenario)} › ${plain(plan.target)}`,
    Math.max(10, width - displayWidth(place + left) - 4),
  );
  const status = cut(place + left, width - 2);
  const rateWidth = 12;
  const barWidth = Math.min(60, width - rateWidth - 13);
  const row = (label: string, rate: number | null, values: (number | null)[], paint: (text: string) => string) => {
    const bars =
      barWidth < 8
        ? ''
        : `  ${paint(sparkline(values, barWidth, plan.peakPerSecond, sample.elapsedMs / plan.durationMs))}`;
    return `  ${dim(pad(label, 8))}${pad(perSecond(rate), rateWidth, 'right')}${bars}`;
  };
  const figures = [
    `lag ${number(sample.lagMessages)} messages, ${measured(sample.lagSeconds, 's')}`,
    `p99 ${duration(sample.p99Ms)}`,
  ].join('   ');
  const titleFits = displayWidth(title) + displayWidth(status) + 4 <= width;
  return [
    titleFits ? `  ${bold(title)}  ${status}` : `  ${status}`,
    row(
      'planned',
      sample.plannedPerSecond,
      history.map((each) => each.plannedPerSecond),
      dim,
    ),
    row(
      'sent',
      sample.sentPerSecond,
      history.map((each) => each.sentPerSecond),
      dim,
    ),
    row(
      'decided',
      sample.decidedPerSecond,
      history.map((each) => each.decidedPerSecond),
      cyan,
    ),
    `  ${cut(figures, width - 2)}`,
    ...(sample.news.length > 0 ? [`  ${yellow(cut(sample.news.map(newsText).join(', '), width - 2))}`] : []),
  ];
}

const blocks = '▁▂▃▄▅▆▇█';

/** Values as bars, over the share of `width` that has passed; each column is the highest of the values that fall into it. */
export function sparkline(values: readonly (number | null)[], width: number, peak: number, share: number): string {
  const columns = Math.max(1, Math.min(width, Math.ceil(width * Math.min(1, share))));
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column / columns) * values.length);
    const to = Math.max(from + 1, Math.floor(((column + 1) / columns) * values.length));
    const known = values.slice(from, to).filter((value) => value !== null);
    if (known.length === 0) return ' ';
    const level = Math.round((Math.max(...known) / Math.max(1, peak)) * (blocks.length - 1));
    return blocks[Math.max(0, Math.min(blocks.length - 1, level))];
  }).join('');
}
