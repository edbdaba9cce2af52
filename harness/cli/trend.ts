import { Command } from 'commander';
import type { TrendOptions } from '../commands/trend.ts';
import { type CommandOf, examples } from './command.ts';

export const trend: CommandOf = (act) =>
  new Command('trend')
    .description('the runs of a folder over time: verdicts, latency, goodput')
    .argument('[folder]', 'folder of runs', 'results')
    .option('--out <file>', 'the page (default trend.html in that folder)')
    .addHelpText(
      'after',
      examples({
        'toofan trend': 'the runs in results/',
        'toofan trend nightly --out trend.html': 'those of another folder',
      }),
    )
    .action(
      act(async (around, folder: string, flags: TrendOptions) => {
        const command = await import('../commands/trend.ts');
        return await command.trend(folder, flags, around);
      }),
    );
