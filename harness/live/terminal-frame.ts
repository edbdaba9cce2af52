import type pc from 'picocolors';
import { duration, measured, nothing, number, plain } from '../report/format.ts';
import { cut, displayWidth, pad } from '../report/text-table.ts';
import type { LiveSample, News } from './live-sample.ts';

export interface LivePlan {
  readonly scenario: string;
  readonly target: string;
  /** The whole curve; the scale of the bars. */
  readonly durationMs: number;
  readonly peakPerSecond: number;
}

/** `fault store-freeze healed` */
export const newsText = ({ kind, name, stage }: News): string => plain(`${kind} ${name} ${stage}`);

/** `15,000/s` */
export const perSecond = (rate: number | null) => (rate === null ? nothing : `${number(rate)}/s`);

type Colours = ReturnType<typeof pc.createColors>;

/** The lines that show a drill at one moment, none wider than `width`. */
export function frame(
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

/** Values as bars, over the share of `width` that has passed; each column shows the maximum of its values. */
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
