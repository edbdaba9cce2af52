import { Command, Option } from 'commander';
import type { SoakOptions } from '../commands/soak.ts';
import { type CommandOf, examples } from './command.ts';
import { aboveZero, emptyTheseStoresOption, stackOption, wholeNumber } from './options.ts';

export const soak: CommandOf = (act) =>
  new Command('soak')
    .description('random faults over a small surge, one schedule per seed: is any promise ever broken?')
    .option('--target <name>', 'the pipeline under test')
    .option('--seeds <n>', 'how many schedules', wholeNumber(1, 100_000), 20)
    .option('--first-seed <n>', 'the first of them; same seed, same schedule', wholeNumber(0, 0xffff_0000), 1)
    .option('--minutes <m>', 'wall time of the whole; stops before a drill that would not end in it', aboveZero)
    .option('--short', 'drills of some five seconds: workers killed and frozen, records that come again', false)
    .option('--shrink', 'reduce a failing schedule to the fewest faults that still fail', false)
    .addOption(
      new Option('--faults <types>', 'draw from these alone, as a,b,c')
        .argParser((text: string) => text.split(','))
        .default([], 'all that can strike'),
    )
    .addOption(stackOption())
    .option('--quiet', 'print nothing but a line per seed and the result', false)
    .addOption(emptyTheseStoresOption())
    .addHelpText(
      'after',
      examples({
        'toofan soak --seeds 5': 'five schedules on the pipeline of the soak scenario',
        'toofan soak --target wallet/streaming --minutes 60': 'an hour of them on another pipeline',
        'toofan soak --first-seed 17 --seeds 1 --shrink': 'one again, with as few faults as still fail',
      }),
    )
    .action(
      act(async (around, flags: SoakOptions) => {
        const command = await import('../commands/soak.ts');
        return await command.soak(flags, around);
      }),
    );
