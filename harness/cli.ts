#!/usr/bin/env node
import { freeOurClients } from './environment.ts';
import { existsSync } from 'node:fs';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { doctor } from './commands/doctor.ts';
import { judgeAgain } from './commands/judge.ts';
import { list } from './commands/list.ts';
import { tryMutants, type MutantOptions } from './commands/mutants.ts';
import { run, type Surroundings } from './commands/run.ts';
import { soak, type SoakOptions } from './commands/soak.ts';
import { down, up, type UpOptions } from './commands/up.ts';
import { loadRegistry } from './catalogue.ts';
import { UserError, usageError } from './errors.ts';
import { ExitCode } from './exit-code.ts';
import { explained } from './failure.ts';
import { hearInterruptions } from './interruption.ts';
import { plain } from './report/format.ts';
import { shellWords } from './shell-words.ts';
import { version } from './version.ts';

const defaultScenario = 'big-billion-day';
/** That of Prometheus exporters in OpenTelemetry's SDKs. */
const defaultMetricsPort = 9_464;
const lingersAtMostMs = 5_000;
const stackKinds = ['auto', 'containers', 'local', 'external'];

interface RunFlags {
  readonly target: string[];
  readonly stack: 'auto' | 'containers' | 'local' | 'external';
  readonly seed: number;
  readonly timeScale?: number;
  readonly loadScale?: number;
  readonly shards: number;
  readonly set: string[];
  readonly out?: string;
  readonly quiet: boolean;
  readonly metrics?: number;
  readonly live?: number;
  readonly emptyTheseStores: readonly string[];
}

const collect = (value: string, before: string[]) => [...before, value];

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`A whole number from ${least} to ${most} is needed.`);
    return value;
  };
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('A port from 0 to 65535 is needed; a scenario comes before --live.');
  return value;
}

function scale(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('A number above 0 is needed.');
  return value;
}

const stackOption = () =>
  new Option('--stack <kind>', 'where Kafka, Postgres and Redis run').choices(stackKinds).default('auto');
const emptyOption = () =>
  new Option(
    '--empty-these-stores <names>',
    'with --stack external: what is not empty, was filled by no drill, and may be emptied all the same; as a refusal lists them',
  )
    .argParser((names: string, before: string[]) => [...before, ...names.split(',')])
    .default([], 'none');
const seedOption = () =>
  new Option('--seed <n>', 'same seed, same bytes').argParser(wholeNumber(0, 0xffff_ffff)).default(1);

const metricsOption = () =>
  new Option('--metrics [port]', 'serve the drill to Prometheus on loopback')
    .argParser(wholeNumber(1, 65_535))
    .preset(String(defaultMetricsPort));
const liveOption = () =>
  new Option('--live [port]', 'a page on 127.0.0.1 that shows it as it happens (any free port)')
    .argParser(port)
    .preset('0');

/** Every command of `toofan`; each answers with its exit code through `done`. */
const firstSteps = `
First steps:
  npx toofan doctor         can this machine run a drill?
  npx toofan run smoke      a drill of ten seconds, and its verdict
  npx toofan list           what else there is to run, and on what`;

function program(surroundings: () => Promise<Surroundings>, done: (code: ExitCode) => void): Command {
  const toofan = new Command('toofan')
    .description(
      'Rehearse the sale before the sale: surge, faults and business invariants on one clock, in one history.',
    )
    .version(version, '-V, --version')
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(plainLines(text)) })
    .showHelpAfterError('(toofan --help shows every command)')
    .addHelpText('after', firstSteps);
  toofan
    .command('run')
    .description('run a scenario and judge it')
    .argument('[scenario]', 'its name', defaultScenario)
    .option('--target <name>', 'the pipeline under test; several times for several', collect, [])
    .addOption(stackOption())
    .addOption(seedOption())
    .option('--time-scale <x>', 'story minutes per wall minute', scale)
    .option('--load-scale <x>', 'every rate times x', scale)
    .option('--shards <n>', 'generator processes', wholeNumber(1, 64), 1)
    .option('--set <path=value>', 'one value of the scenario; several times for several', collect, [])
    .option('--out <folder>', 'where the results go (results/<run>)')
    .option('--quiet', 'print nothing but the verdict', false)
    .addOption(metricsOption())
    .addOption(liveOption())
    .addOption(emptyOption())
    .action(async (scenario: string, flags: RunFlags) => {
      const { target, ...rest } = flags;
      done(await run({ ...rest, scenario, targets: target }, await surroundings()));
    });
  toofan
    .command('judge')
    .description('the verdict again, from a history alone')
    .argument('<folder>', 'the results of a run, or its history')
    .action(async (folder: string) => done(await judgeAgain(folder, await surroundings())));
  toofan
    .command('list')
    .description('scenarios and targets')
    .option('--mutants', 'the broken variants of the pipelines instead', false)
    .action(async (flags: { readonly mutants: boolean }) => done(list(flags, await surroundings())));
  toofan
    .command('doctor')
    .description('what this machine offers, what is missing, and how to mend it')
    .action(async () => done(await doctor(await surroundings())));
  toofan
    .command('mutants')
    .description('broken variants of the streaming pipelines: is each convicted, and the unbroken one acquitted?')
    .addOption(stackOption())
    .option('--domain <name>', 'those of one domain alone')
    .option('--seeds <n>', 'seeds that each unbroken pipeline is acquitted on', wholeNumber(0, 1000), 5)
    .option('--only <name>', 'this mutant alone; several times for several', collect, [])
    .option('--quiet', 'print nothing but the matrix', false)
    .addOption(emptyOption())
    .action(async (flags: MutantOptions) => done(await tryMutants(flags, await surroundings())));
  toofan
    .command('soak')
    .description('random faults over a small surge, a schedule a seed: is any promise ever broken?')
    .option('--target <name>', 'the pipeline under test')
    .option('--seeds <n>', 'how many schedules', wholeNumber(1, 100_000), 20)
    .option('--first-seed <n>', 'the first of them; same seed, same schedule', wholeNumber(0, 0xffff_0000), 1)
    .option('--minutes <m>', 'wall time of the whole; stops before a drill that would not end in it', scale)
    .option('--short', 'drills of some five seconds: workers killed and frozen, records that come again', false)
    .option('--shrink', 'reduce a failing schedule to the fewest faults that still fail', false)
    .option('--faults <types>', 'draw from these alone, as a,b,c', (text: string) => text.split(','), [])
    .addOption(stackOption())
    .option('--quiet', 'print nothing but a line a seed and the result', false)
    .addOption(emptyOption())
    .action(async (flags: SoakOptions) => done(await soak(flags, await surroundings())));
  toofan
    .command('up')
    .description('Kafka, Postgres and Redis in containers, for --stack external, until `toofan down`')
    .option('--observe', 'Prometheus and Grafana too, with the rules and dashboards', false)
    .option('--shop', 'the storefront and its pipeline too, open and stocked, behind Toxiproxy', false)
    .action(async (flags: UpOptions) => done(await up(flags, await surroundings())));
  toofan
    .command('down')
    .description('remove all that `toofan up` has made in this folder')
    .option('--keep', 'all but its data', false)
    .action(async (flags: { readonly keep: boolean }) => done(await down(flags, await surroundings())));
  return toofan;
}

/** Nothing may be overwritten again, nor emptied that was somebody's: what is left of that is the drill's now. */
const notRepeated = ['--out', '--empty-these-stores'];

/** The command line without what goes for one run alone. */
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
  const surroundings = async (): Promise<Surroundings> => {
    const folder = workingFolder();
    const registry = await loadRegistry(folder);
    freeOurClients();
    return {
      registry,
      registryModule: new URL('catalogue.ts', import.meta.url).href,
      folder,
      command: shellWords(['npx', 'toofan', ...repeatable(argv.slice(2))]),
      stdout: process.stdout,
      colour: process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
      signal,
    };
  };
  try {
    await program(surroundings, (result) => (code = result)).parseAsync([...argv]);
    return code;
  } catch (error) {
    if (signal.aborted) return say(signal.reason);
    return say(explained(error));
  }
}

/** Names of files and what others wrote may stand in a message, and nothing of it may steer the terminal. */
const plainLines = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.slice(0, /[^ ]|$/.exec(line)?.index) + plain(line))
    .join('\n');

/** What looks like an option may be the name of a folder. */
function usageCode({ code, message }: CommanderError): ExitCode {
  const name = code === 'commander.unknownOption' ? (/'(-.*)'/s.exec(message)?.[1] ?? '') : '';
  if (name !== '' && existsSync(name))
    process.stderr.write(
      `toofan: ${plain(name)} is there: a name that begins with a dash comes after two, toofan judge -- ${plain(name)}\n`,
    );
  return ExitCode.usage;
}

/** Prints a failure as its kind deserves and gives its exit code. */
function say(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.pass : usageCode(error);
  if (error instanceof UserError) {
    process.stderr.write(`toofan: ${plainLines(error.message)}\n`);
    return error.exitCode;
  }
  process.stderr.write(
    `toofan: this is our own bug, please report it\n${plainLines((error instanceof Error ? error.stack : undefined) ?? String(error))}\n`,
  );
  return ExitCode.internal;
}

/** Where it is gone there is nothing to read and no place for results. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw usageError('the folder that toofan was called in is gone; call it in one that is there');
  }
}

process.exitCode = await main(process.argv);
// A connection that somebody else does not close, or a call that was given up, keeps nobody waiting.
setTimeout(() => process.exit(), lingersAtMostMs).unref();
