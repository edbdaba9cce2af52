import pc from 'picocolors';
import { glyph, listed, plain } from './format.ts';
import { pad, wrapped } from './text-table.ts';

/** A part that a machine has or lacks. */
export interface Finding {
  readonly name: string;
  readonly status: 'ok' | 'missing' | 'warning';
  /** What was found: a version, a path; empty if nothing. */
  readonly found: string;
  /** What does not work without it; may be empty. */
  readonly cost: string;
  /** The exact command that fixes it; empty if there is nothing to fix. */
  readonly mend: string;
}

/** Columns of text beside the names, however narrow the terminal. */
const narrowest = 20;

const sign = { ok: glyph.pass, missing: glyph.fail, warning: '!' } as const;

/** What `toofan doctor` prints: what is present, what is missing, what that costs and how to fix it. Ends in a newline. */
export function doctorText(
  findings: readonly Finding[],
  { colour, width }: { readonly colour: boolean; readonly width: number },
): string {
  const colours = pc.createColors(colour);
  const ink = { ok: colours.green, missing: colours.red, warning: colours.yellow };
  const nameWidth = Math.max(0, ...findings.map(({ name }) => plain(name).length));
  const lines = findings.flatMap(({ name, status, found, cost, mend }) => {
    const indent = ' '.repeat(nameWidth + 6);
    const text = plain(found) || (status === 'missing' ? 'not found' : '');
    const room = Math.max(narrowest, width - indent.length - 1);
    const [begins = '', ...more] = wrapped(text, room);
    const first = `  ${ink[status](sign[status])} ${pad(plain(name), nameWidth)}  ${begins}`.trimEnd();
    const costs = status === 'ok' || cost === '' ? [] : wrapped(plain(cost), room);
    // Commands are never wrapped: they are for copying.
    const mends = status === 'ok' || mend === '' ? [] : [`${colours.dim('fix:')} ${colours.cyan(plain(mend))}`];
    return [first, ...[...more, ...costs, ...mends].map((line) => indent + line)];
  });
  const named = (status: Finding['status']) =>
    findings.filter((one) => one.status === status).map(({ name }) => plain(name));
  const [missing, warnings] = [named('missing'), named('warning')];
  const answer =
    missing.length === 0
      ? colours.green('This machine can run a drill.')
      : colours.red(
          `This machine cannot run a drill yet: ${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} missing.`,
        );
  const look = warnings.length === 0 ? '' : ` Worth a look: ${listed(warnings)}.`;
  return [
    ...wrapped(`${answer}${look}`, Math.max(narrowest, width - 2)).map((line) => `  ${line}`),
    '',
    ...lines,
    '',
  ].join('\n');
}
