/** What a failed command prints on standard error, and its exit code. */
import { existsSync } from 'node:fs';
import { CommanderError } from 'commander';
import { meantBy } from './commands/meant-by.ts';
import { UserError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { plain } from './report/format.ts';

/** An unknown command may be something else that we know. */
export async function tellMeant(word: string): Promise<void> {
  // Problems of the folder or its configuration are reported where they matter.
  const meant = await meantHere(word).catch(() => undefined);
  if (meant !== undefined) process.stderr.write(`toofan: ${plain(meant)}\n`);
}

async function meantHere(word: string): Promise<string | undefined> {
  // Everything with a name is loaded where a name is looked up.
  const { loadRegistry } = await import('./catalogue.ts');
  return meantBy(word, await loadRegistry(process.cwd()));
}

/** Messages may quote file names and other people's text, none of which may control the terminal. */
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

/** Prints a failure according to its kind and returns its exit code. */
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
