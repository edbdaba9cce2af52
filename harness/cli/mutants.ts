import { Command } from 'commander';
import type { MutantOptions } from '../commands/mutants.ts';
import { type CommandOf, examples } from './command.ts';
import { emptyTheseStoresOption, repeatable, stackOption, wholeNumber } from './options.ts';

export const mutants: CommandOf = (act) =>
  new Command('mutants')
    .description('broken variants of the pipelines: is each convicted, and the unbroken one acquitted?')
    .addOption(stackOption())
    .option('--domain <name>', 'those of one domain alone')
    .option('--seeds <n>', 'seeds that each unbroken pipeline is acquitted on', wholeNumber(0, 1000), 5)
    .addOption(repeatable('--only <name>', 'this mutant alone', 'all'))
    .option('--quiet', 'print nothing but the matrix', false)
    .addOption(emptyTheseStoresOption())
    .addHelpText(
      'after',
      examples({
        'toofan mutants --domain kyc': 'those of one domain',
        'toofan mutants --only lost-update --seeds 0': 'one of them (toofan list --mutants names them)',
      }),
    )
    .action(
      act(async (around, flags: MutantOptions) => {
        const { tryMutants } = await import('../commands/mutants.ts');
        return await tryMutants(flags, around);
      }),
    );
