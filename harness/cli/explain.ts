import { Command, Option } from 'commander';
import type { ExplainOptions } from '../commands/explain.ts';
import { type CommandOf, examples } from './command.ts';

export const explain: CommandOf = (act) =>
  new Command('explain')
    .description('the life of one key or operation: every moment, what was left, which promise broke')
    .argument('<folder>', 'results folder of a run')
    .argument('<subject>', 'a key (a product, an account), or the number of an operation')
    .option('--all', 'every moment, however many', false)
    .addOption(new Option('--json', 'as JSON, every moment').default(false).conflicts('sql'))
    .addOption(new Option('--sql', 'only the DuckDB query that tells it, to paste').default(false))
    .addHelpText(
      'after',
      examples({
        'toofan explain results/first 4000': 'an operation, with those it concerns',
        'toofan explain results/first product-00027': 'everything about a product',
        'toofan explain results/first 4000 --sql | duckdb': "the same in DuckDB's own command line",
      }),
    )
    .action(
      act(async (around, folder: string, subject: string, flags: ExplainOptions) => {
        const command = await import('../commands/explain.ts');
        return await command.explain(folder, subject, flags, around);
      }),
    );
