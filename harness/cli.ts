#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import type { Act, CommandOf } from './cli/command.ts';
import type { Surroundings } from './commands/run.ts';
import { usageError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { explained } from './failure.ts';
import { hearInterruptions } from './interruption.ts';
import { wantsColour } from './report/format.ts';
import { plainLines, say, tellMeant } from './say-failure.ts';
import { shellWords } from './shell-words.ts';
import { version } from './version.ts';

const lingersAtMostMs = 5_000;

/** Every command, in the order of the help; imported on demand, or all for the overview. */
const commands: Readonly<Record<string, () => Promise<CommandOf>>> = {
  run: async () => (await import('./cli/run.ts')).run,
  judge: async () => (await import('./cli/judge.ts')).judge,
  explain: async () => (await import('./cli/explain.ts')).explain,
  compare: async () => (await import('./cli/compare.ts')).compare,
  trend: async () => (await import('./cli/trend.ts')).trend,
  list: async () => (await import('./cli/list.ts')).list,
  doctor: async () => (await import('./cli/doctor.ts')).doctor,
  mutants: async () => (await import('./cli/mutants.ts')).mutants,
  soak: async () => (await import('./cli/soak.ts')).soak,
  capacity: async () => (await import('./cli/capacity.ts')).capacity,
  gate: async () => (await import('./cli/gate.ts')).gate,
  up: async () => (await import('./cli/up.ts')).up,
  down: async () => (await import('./cli/down.ts')).down,
};
/** Commands that processes of ours call; no help lists them. */
const internal: typeof commands = {
  'serve-drills': async () => (await import('./cli/serve-drills.ts')).serveDrills,
};

const firstSteps = `
First steps:
  npx toofan doctor         can this machine run a drill?
  npx toofan run smoke      a ten-second drill and its verdict
  npx toofan list           all scenarios and targets`;

/** `toofan` with the command that `args` names, or with all of them. */
async function program(args: readonly string[], act: Act): Promise<Command> {
  const toofan = new Command('toofan')
    .description(
      'Rehearse the sale before the sale: surge, faults and business invariants on one clock, in one history.',
    )
    .version(version, '-v, --version')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(plainLines(text)) })
    .showHelpAfterError('(toofan --help lists every command)')
    .addHelpText('after', firstSteps);
  const known = { ...commands, ...internal };
  const asked = Object.hasOwn(known, args[0] ?? '') ? known[args[0] ?? ''] : undefined;
  for (const load of asked === undefined ? Object.values(commands) : [asked]) {
    const command = (await load())(act);
    command.copyInheritedSettings(toofan).showHelpAfterError(`(toofan ${command.name()} --help shows what it takes)`);
    toofan.addCommand(command);
  }
  return toofan;
}

/** A repeated run must not overwrite again, nor empty stores again: whatever they hold by then is the drill's own. */
const notRepeated = ['--out', '--empty-these-stores'];

/** The command line without options that apply to one run only. */
const repeatable = (args: readonly string[]) =>
  args.filter(
    (arg, index) =>
      !notRepeated.includes(args[index - 1] ?? '') &&
      !notRepeated.some((name) => arg === name || arg.startsWith(`${name}=`)),
  );

/** Runs one command line; resolves to its exit code and never rejects. */
async function main(argv: readonly string[]): Promise<ExitCode> {
  const signal = hearInterruptions();
  let code: ExitCode = ExitCode.pass;
  const act: Act =
    (does) =>
    async (...args) =>
      void (code = await does(await surroundingsOf(argv, signal), ...args));
  try {
    const toofan = await program(argv.slice(2), act);
    await toofan.parseAsync([...argv]);
    return code;
  } catch (error) {
    if (signal.aborted) return say(signal.reason);
    if (error instanceof CommanderError && error.code === 'commander.unknownCommand') await tellMeant(argv[2] ?? '');
    return say(explained(error));
  }
}

/** What a command runs with, once the command line is valid. Loads everything with a name. */
async function surroundingsOf(argv: readonly string[], signal: AbortSignal): Promise<Surroundings> {
  const folder = workingFolder();
  // Before anything that imports a client: one of them reads its variables on import.
  const { freeOurClients } = await import('./environment.ts');
  const { loadRegistry } = await import('./catalogue.ts');
  const registry = await loadRegistry(folder);
  freeOurClients();
  return {
    registry,
    registryModule: new URL('catalogue.ts', import.meta.url).href,
    folder,
    command: shellWords(['npx', 'toofan', ...repeatable(argv.slice(2))]),
    stdout: process.stdout,
    colour: process.stdout.isTTY && wantsColour(process.env),
    signal,
  };
}

/** If the folder is gone there is nothing to read and no place for results. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw usageError('the current folder no longer exists; run toofan from one that does');
  }
}

process.exitCode = await main(process.argv);
// A connection that the other side does not close, or an abandoned call, must not delay the exit.
setTimeout(() => process.exit(), lingersAtMostMs).unref();
