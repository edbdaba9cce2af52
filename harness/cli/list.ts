import { Command } from 'commander';
import { type CommandOf, examples } from './command.ts';

export const list: CommandOf = (act) =>
  new Command('list')
    .description('scenarios and targets')
    .option('--mutants', 'the broken variants of the pipelines instead', false)
    .addHelpText(
      'after',
      examples({
        'toofan list': 'what there is to run, and on what',
        'toofan list --mutants': 'what is broken on purpose, and how',
      }),
    )
    .action(
      act(async (around, flags: { readonly mutants: boolean }) => {
        const command = await import('../commands/list.ts');
        return command.list(flags, around);
      }),
    );
