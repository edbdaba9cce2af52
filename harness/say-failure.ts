/** What is said of a command that failed, on standard error, and the exit code that it deserves. */
import { existsSync } from 'node:fs';
import { CommanderError } from 'commander';
import { meantBy } from './commands/meant-by.ts';
import { UserError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { plain } from './report/format.ts';

/** A word that is no command may be something else of ours. */
export async function tellMeant(word: string): Promise<void> {
  // What is wrong with the folder or its configuration is told where that matters.
  const meant = await meantHere(word).catch(() => undefined);
  if (meant !== undefined) process.stderr.write(`toofan: ${plain(meant)}\n`);
}

async function meantHere(word: string): Promise<string | undefined> {
  // Everything that has a name is loaded where a name is looked for.
  const { loadRegistry } = await import('./catalogue.ts');
  return meantBy(word, await loadRegistry(process.cwd()));
}

/** Names of files and what others wrote may stand in a message, and nothing of it may steer the terminal. */
export const plainLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.slice(0, /[^ ]|$/.exec(line)?.index) + plain(line))
    .join('\n');

/** What looks like an option may be the name of a folder. */
function usageCode({ code, message }: CommanderError): ExitCode {
  const name = code === 'commander.unknownOption' ? (/'(-.*)'/s.exec(message)?.[1] ?? '') : '';
  if (name !== '' && existsSync(name))
    process.stderr.write(
      `toofan: ${plain(name)} exists: put a name that begins with a dash after --: toofan judge -- ${plain(name)}\n`,
    );
  return ExitCode.usage;
}

/** Prints a failure as its kind deserves and gives its exit code. */
export function say(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.pass : usageCode(error);
  if (error instanceof UserError) {
    process.stderr.write(`toofan: ${plainLines(error.message)}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `toofan: this is a bug in Toofan, please report it\n${plainLines((error instanceof Error ? error.stack : undefined) ?? String(error))}\n`,
  );
  return ExitCode.internal;
}
