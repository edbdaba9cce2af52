import pc from 'picocolors';
import { plain } from './format.ts';
import { displayWidth, pad, wrapped } from './text-table.ts';

export interface ListEntry {
  readonly name: string;
  readonly summary: string;
}

/** What `toofan list` prints: each group under its title, summaries wrapped beside the names. Ends in a newline. */
export function listText(
  groups: readonly { readonly title: string; readonly entries: readonly ListEntry[] }[],
  { colour, width }: { readonly colour: boolean; readonly width: number },
): string {
  const colours = pc.createColors(colour);
  const names = groups.flatMap(({ entries }) => entries.map(({ name }) => displayWidth(plain(name))));
  const nameWidth = Math.max(0, ...names);
  const room = Math.max(30, width - nameWidth - 5);
  const lines = groups.flatMap(({ title, entries }) => [
    colours.bold(plain(title)),
    ...(entries.length === 0 ? [`  ${colours.dim('none')}`] : []),
    ...entries.flatMap(({ name, summary }) =>
      wrapped(plain(summary), room).map(
        (line, index) => `  ${colours.cyan(pad(index === 0 ? plain(name) : '', nameWidth))}  ${line}`,
      ),
    ),
    '',
  ]);
  return lines.join('\n');
}
