import { Command } from 'commander';
import type { CompareOptions } from '../commands/compare.ts';
import { type CommandOf, examples } from './command.ts';

export const compare: CommandOf = (act) =>
  new Command('compare')
    .description('runs side by side: verdicts, promises, figures, curves, and what differed')
    .argument('<folders...>', 'results folders of two to six runs')
    .option('--from <phase>', 'lay the curves over one another from this phase (default: the first that all have)')
    .option('--out <file>', 'the page (default results/compare-<A>-<B>.html)')
    .addHelpText(
      'after',
      examples({
        'toofan compare results/first results/legacy': 'two runs',
        'toofan compare results/monday results/tuesday --from surge': 'their curves from the surge on',
      }),
    )
    .action(
      act(async (around, folders: readonly string[], flags: CompareOptions) => {
        const command = await import('../commands/compare.ts');
        return await command.compare(folders, flags, around);
      }),
    );
