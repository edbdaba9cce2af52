import { Command, InvalidArgumentError } from 'commander';
import type { CapacityFlags } from '../commands/capacity.ts';
import { type CommandOf, examples } from './command.ts';
import { emptyTheseStoresOption, repeatable, stackOption, wholeNumber } from './options.ts';

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/** Milliseconds of `20m`, `90s`, `1.5h`. */
function span(text: string): number {
  const [, figure, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|min|h)$/.exec(text) ?? [];
  const value = Number(figure) * (unitMs[unit ?? ''] ?? 0);
  if (!(value > 0)) throw new InvalidArgumentError('Must be a time above 0, such as 20m or 90s.');
  return value;
}

/** A share of `5%` or `0.05`. */
function share(text: string): number {
  const [, figure, percent] = /^(\d*\.?\d+)(%?)$/.exec(text) ?? [];
  const value = Number(figure) / (percent === '%' ? 100 : 1);
  if (!(value >= 0.005 && value <= 1)) throw new InvalidArgumentError('Must be a share from 0.5% to 100%.');
  return value;
}

const perSecond = wholeNumber(1, 10_000_000);

export const capacity: CommandOf = (act) =>
  new Command('capacity')
    .description('find the highest rate at which every objective and invariant holds, and what breaks first')
    .argument('[scenario]', 'whose world, mix and promises are held (default: smoke)')
    .option('--target <name>', 'the pipeline under test')
    .option('--from <rate>', "lowest rate per second (default: the scenario's first)", perSecond)
    .option('--to <rate>', 'highest rate per second (default: 100 times --from)', perSecond)
    .option('--width <share>', 'how close the rates that held and failed are (default: 5%)', share)
    .option('--confirm <n>', 'fresh holds that confirm the answer (default: 3)', wholeNumber(1, 100))
    .option('--hold <time>', 'shortest hold; longer where a quantile needs it (default: 30s)', span)
    .option('--budget <time>', 'no hold begins that would end later than this (default: none)', span)
    .option('--under <fault>', 'a fault that stands during every hold (toofan list --faults)')
    .option('--seed <n>', 'of the first hold; each has its own (default: 1)', wholeNumber(0, 0xffff_0000))
    .addOption(repeatable('--set <path=value>', 'override one value of the scenario', 'none'))
    .option('--resume <folder>', 'go on with a search that was stopped')
    .option('--no-cliff', 'do not go beyond the answer: 1.5 times it for 30 s, then 0.8')
    .addOption(stackOption())
    .option('--quiet', 'print only the answer', false)
    .addOption(emptyTheseStoresOption())
    .addHelpText(
      'after',
      examples({
        'toofan capacity smoke --to 4000 --budget 6m': 'does it hold 4,000 orders/s?',
        'toofan capacity big-billion-day --from 1000': 'the highest rate, within 5 % (about 20 min)',
        'toofan capacity --resume results/smoke-capacity-… --budget 5m': 'go on where it was stopped',
      }),
    )
    .action(
      act(async (around, scenario: string | undefined, flags: CapacityFlags) => {
        const command = await import('../commands/capacity.ts');
        return await command.capacity({ ...flags, ...(scenario !== undefined && { scenario }) }, around);
      }),
    );
