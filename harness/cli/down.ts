import { Command } from 'commander';
import type { CommandOf } from './command.ts';

export const down: CommandOf = (act) =>
  new Command('down')
    .description('remove all that `toofan up` has made in this folder')
    .option('--keep', 'all but its data', false)
    .action(
      act(async (around, flags: { readonly keep: boolean }) => {
        const command = await import('../commands/up.ts');
        return await command.down(flags, around);
      }),
    );
