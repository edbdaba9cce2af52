import { Command } from 'commander';
import type { MutantOptions } from '../commands/mutants.ts';
import { type CommandOf, examples } from './command.ts';
import { emptyTheseStoresOption, repeatable, stackOption, wholeNumber } from './options.ts';

export const mutants: CommandOf = (act) =>
  new Command('mutants')
    .description('drill every mutant: each must be convicted, the unbroken pipelines acquitted')
    .addOption(stackOption())
    .option('--domain <name>', 'only those of one domain')
    .option('--seeds <n>', 'seeds on which to drill each unbroken pipeline', wholeNumber(0, 1000), 5)
    .addOption(repeatable('--only <name>', 'only this mutant', 'all'))
    .option('--quiet', 'print only the matrix', false)
    .addOption(emptyTheseStoresOption())
    .addHelpText(
      'after',
      examples({
        'toofan mutants --domain kyc': 'those of one domain',
        'toofan mutants --only lost-update --seeds 0': 'one of them (toofan list --mutants lists them)',
      }),
    )
    .action(
      act(async (around, flags: MutantOptions) => {
        const { tryMutants } = await import('../commands/mutants.ts');
        return await tryMutants(flags, around);
      }),
    );
