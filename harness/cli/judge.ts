import { Command } from 'commander';
import { type CommandOf, examples } from './command.ts';

export const judge: CommandOf = (act) =>
  new Command('judge')
    .description('judge a stored history again')
    .argument('<folder>', 'results folder of a run, or its history')
    .addHelpText('after', examples({ 'toofan judge results/smoke-2026-11-27T21-10-05': 'the results of one target' }))
    .action(
      act(async (around, folder: string) => {
        const { judgeAgain } = await import('../commands/judge.ts');
        return await judgeAgain(folder, around);
      }),
    );
