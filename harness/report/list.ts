import pc from 'picocolors';
import { compileLoad, peakOf } from '../load/load-curve.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { duration, number, plain } from './format.ts';
import { displayWidth, pad, wrapped } from './text-table.ts';

export interface ListEntry {
  readonly name: string;
  readonly summary: string;
  /** What a reader needs to choose, in brief: `92 s · up to 15,000 orders/s · on inventory/streaming`. */
  readonly facts?: string;
}

/** How long a scenario's load lasts, its peak rate, and its default target. */
export function scenarioFacts(
  { load, loadScale = 1, target }: Pick<Scenario, 'load' | 'loadScale' | 'target'>,
  many: string,
): string {
  // The file's content is read when it is run.
  if (load.some((phase) => phase.shape === 'replay' && phase.points === undefined))
    return `a recorded curve · on ${target}`;
  const curve = compileLoad(load, loadScale);
  return `${duration(curve.durationMs)} · up to ${number(peakOf(curve))} ${many}/s · on ${target}`;
}

/** What `toofan list` prints: each group under its title, with summaries wrapped next to the names. Ends in a newline. */
export function listText(
  groups: readonly { readonly title: string; readonly entries: readonly ListEntry[] }[],
  { colour, width }: { readonly colour: boolean; readonly width: number },
): string {
  const colours = pc.createColors(colour);
  const names = groups.flatMap(({ entries }) => entries.map(({ name }) => displayWidth(plain(name))));
  const nameWidth = Math.max(0, ...names);
  const room = Math.max(20, width - nameWidth - 5);
  const lines = groups.flatMap(({ title, entries }) => [
    colours.bold(plain(title)),
    ...(entries.length === 0 ? [`  ${colours.dim('none')}`] : []),
    ...entries.flatMap(({ name, summary, facts }) =>
      [
        ...(facts === undefined ? [] : wrapped(plain(facts), room).map(colours.dim)),
        ...wrapped(plain(summary), room),
      ].map((line, index) => `  ${colours.cyan(pad(index === 0 ? plain(name) : '', nameWidth))}  ${line}`),
    ),
    '',
  ]);
  return lines.join('\n');
}
