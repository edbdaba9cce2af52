import { Command } from 'commander';
import { type CommandOf, examples } from './command.ts';

export const list: CommandOf = (act) =>
  new Command('list')
    .description('list scenarios and targets')
    .option('--mutants', 'list the mutants (pipelines broken on purpose) instead', false)
    .addHelpText(
      'after',
      examples({
        'toofan list': 'all scenarios and targets',
        'toofan list --mutants': 'the mutants and what is broken in each',
      }),
    )
    .action(
      act(async (around, flags: { readonly mutants: boolean }) => {
        const command = await import('../commands/list.ts');
        return command.list(flags, around);
      }),
    );
