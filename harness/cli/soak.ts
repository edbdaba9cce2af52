import { Command, Option } from 'commander';
import type { SoakOptions } from '../commands/soak.ts';
import { type CommandOf, examples } from './command.ts';
import { aboveZero, emptyTheseStoresOption, stackOption, wholeNumber } from './options.ts';

export const soak: CommandOf = (act) =>
  new Command('soak')
    .description('many short drills under random faults, one schedule per seed')
    .option('--target <name>', 'the pipeline under test')
    .option('--seeds <n>', 'number of seeds', wholeNumber(1, 100_000), 20)
    .option('--first-seed <n>', 'first seed; same seed, same schedule', wholeNumber(0, 0xffff_0000), 1)
    .option('--minutes <m>', 'stop before a drill that would end later than this', aboveZero)
    .option('--short', 'five-second drills: workers killed and frozen, records redelivered', false)
    .option('--shrink', 'reduce a failing schedule to the fewest faults that still fail', false)
    .addOption(
      new Option('--faults <types>', 'draw only from these, as a,b,c')
        .argParser((text: string) => text.split(','))
        .default([], 'all that can strike the target'),
    )
    .addOption(stackOption())
    .option('--quiet', 'print only one line per seed and the result', false)
    .addOption(emptyTheseStoresOption())
    .addHelpText(
      'after',
      examples({
        'toofan soak --seeds 5': 'five seeds on the target of the soak scenario',
        'toofan soak --target wallet/streaming --minutes 60': 'an hour of them on another pipeline',
        'toofan soak --first-seed 17 --seeds 1 --shrink': 'repeat one seed and shrink it if it fails',
      }),
    )
    .action(
      act(async (around, flags: SoakOptions) => {
        const command = await import('../commands/soak.ts');
        return await command.soak(flags, around);
      }),
    );
