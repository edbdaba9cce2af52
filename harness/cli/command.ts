import type { Command } from 'commander';
import type { Surroundings } from '../commands/run.ts';
import type { ExitCode } from '../exit-code.ts';

/**
 * Turns a command into a commander action: builds its surroundings only now that the command line is known to be valid, and
 * passes on its exit code.
 */
export type Act = <Args extends readonly unknown[]>(
  does: (around: Surroundings, ...args: Args) => Promise<ExitCode>,
) => (...args: Args) => Promise<void>;

/**
 * One command in its one file: name, flags, help, examples and action. The action imports what it needs, so that help and usage
 * errors stay cheap.
 */
export type CommandOf = (act: Act) => Command;

/** The end of a command's help: command lines to copy, each with what it does. */
export function examples(lines: Readonly<Record<string, string>>): string {
  const widest = Math.max(...Object.keys(lines).map(({ length }) => length));
  const texts = Object.entries(lines).map(([line, does]) => `  npx ${line.padEnd(widest)}  ${does}`);
  return `\nExamples:\n${texts.join('\n')}`;
}
