/** What a person sees while a drill runs: a few lines redrawn on a terminal, a plain line every five seconds elsewhere. */
import pc from 'picocolors';
import type { LiveSample, News } from './live-sample.ts';
import { frame, type LivePlan, newsText, perSecond } from './terminal-frame.ts';
import { duration, measured, number, plain } from '../report/format.ts';
import { cut, displayWidth } from '../report/text-table.ts';

export interface LiveView {
  /** The caller updates about once a second; how often that is shown is up to the view. */
  update(sample: LiveSample): void;
  /**
   * A line about what is going on (`Kafka: downloading 34 of 54 MB`); on a terminal, the next one on the same subject replaces
   * it.
   */
  note(line: string): void;
  /** Removes the last frame from a terminal; notes stay. Idempotent. */
  close(): void;
}

/** Where the view is drawn; `process.stdout` fits. */
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
/** Columns needed by the rates alone. */
const narrowest = 24;

export function openLiveView(options: LiveOptions): LiveView {
  if (options.quiet) return { update: () => {}, note: () => {}, close: () => {} };
  return options.isTerminal ? openTerminalView(options) : openPlainView(options);
}

/** `Kafka: downloading 34 of 54 MB` is about Kafka. */
const subjectOf = (line: string): string => /^[^:]{1,40}:/.exec(line)?.[0] ?? line;

/** For logs: no escape sequences, a line every five seconds, and each subject's first and last note. */
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
      // Time that goes back means the next target's drill.
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
 * The cursor is never hidden, so nothing can leave it hidden; a frame is one write between the marks of a synchronized update, so
 * nothing flickers in terminals that support them.
 */
function openTerminalView({ stream, plan, colour = true }: LiveOptions): LiveView {
  const colours = pc.createColors(colour);
  const history: LiveSample[] = [];
  /** The latest events, as many as fit on a line. */
  let lately: readonly News[] = [];
  /** Widths of the lines on screen that the next frame replaces. */
  let drawn: number[] = [];
  /** The subject of the note that was drawn last; undefined if a frame was. */
  let noted: string | undefined;
  let closed = false;
  const columns = () => Math.max(narrowest, stream.columns ?? 80);
  /** Where the drawn part begins. */
  const home = (): string => {
    // A narrowed terminal has rewrapped those lines: count the rows they take now.
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
      // Time that goes back means the next target's drill.
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
      // Once the load runs, a note stays above the view.
      drawn = [];
      drawFrame(last);
    },
    close() {
      if (!closed && noted === undefined && drawn.length > 0) stream.write(`\r${home()}\u001B[J`);
      closed = true;
    },
  };
}
