import { Command } from 'commander';
import type { ServeOptions } from '../commands/serve-drills.ts';
import type { CommandOf } from './command.ts';
import { emptyTheseStoresOption, stackOption } from './options.ts';

/** Not for people, and in no help: `toofan/vitest/stack` starts it. */
export const serveDrills: CommandOf = (act) =>
  new Command('serve-drills')
    .description('drill what tests ask for, on one stack, until the standard input closes')
    .addOption(stackOption())
    .addOption(emptyTheseStoresOption())
    .action(
      act(async (around, options: ServeOptions) => {
        const command = await import('../commands/serve-drills.ts');
        return await command.serveDrills(options, around);
      }),
    );
