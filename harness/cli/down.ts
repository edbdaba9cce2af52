import { Command } from 'commander';
import type { CommandOf } from './command.ts';

export const down: CommandOf = (act) =>
  new Command('down')
    .description('remove everything `toofan up` started from this folder')
    .option('--keep', 'keep the data', false)
    .action(
      act(async (around, flags: { readonly keep: boolean }) => {
        const command = await import('../commands/up.ts');
        return await command.down(flags, around);
      }),
    );
