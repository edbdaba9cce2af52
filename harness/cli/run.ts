import { Command, InvalidArgumentError, Option } from 'commander';
import type { RunOptions } from '../commands/run.ts';
import { type CommandOf, examples } from './command.ts';
import { aboveZero, emptyTheseStoresOption, repeatable, stackOption, wholeNumber } from './options.ts';

const defaultScenario = 'big-billion-day';
/** The port of Prometheus exporters in OpenTelemetry's SDKs. */
const defaultMetricsPort = '9464';

type Flags = Omit<RunOptions, 'scenario' | 'targets'> & { readonly target: readonly string[] };

function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('Must be a port from 0 to 65535; put the scenario before --live.');
  return value;
}

export const run: CommandOf = (act) =>
  new Command('run')
    .description('run a scenario and judge it')
    .argument('[scenario]', 'scenario name', defaultScenario)
    .addOption(repeatable('--target <name>', 'the pipeline under test', "the scenario's"))
    .addOption(stackOption())
    .option('--seed <n>', 'same seed, same operations', wholeNumber(0, 0xffff_ffff), 1)
    .option('--time-scale <x>', 'minutes of story time per minute of wall time (faults and batches)', aboveZero)
    .option('--load-scale <x>', 'multiply every rate by x', aboveZero)
    .option('--shards <n>', 'generator processes', wholeNumber(1, 64), 1)
    .addOption(repeatable('--set <path=value>', 'override one value of the scenario', 'none'))
    .option('--out <folder>', 'results folder (default results/<run>)')
    .option('--quiet', 'print only the verdict', false)
    .addOption(
      new Option('--metrics [port]', 'serve the drill to Prometheus on loopback')
        .argParser(wholeNumber(1, 65_535))
        .preset(defaultMetricsPort),
    )
    .addOption(
      new Option('--live [port]', 'live page on 127.0.0.1 (default: any free port)').argParser(port).preset('0'),
    )
    .addOption(emptyTheseStoresOption())
    .addHelpText(
      'after',
      examples({
        'toofan run smoke': 'a ten-second drill',
        'toofan run smoke --target streaming --target legacy-batch': 'two pipelines, side by side',
        'toofan run smoke --load-scale 0.2 --set load[2].hold=3s': 'a smaller, shorter drill',
        'toofan run big-billion-day --live': 'with the live page',
      }),
    )
    .action(
      act(async (around, scenario: string, { target, ...flags }: Flags) => {
        const command = await import('../commands/run.ts');
        return await command.run({ ...flags, scenario, targets: target }, around);
      }),
    );
