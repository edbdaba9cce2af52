import { Command } from 'commander';
import type { UpOptions } from '../commands/up.ts';
import { type CommandOf, examples } from './command.ts';

export const up: CommandOf = (act) =>
  new Command('up')
    .description('Kafka, Postgres and Redis in containers, for --stack external, until `toofan down`')
    .option('--observe', 'also Prometheus and Grafana, with rules and dashboards', false)
    .option('--shop', 'also the storefront and its pipeline, stocked, behind Toxiproxy', false)
    .addHelpText(
      'after',
      examples({
        'toofan up --observe': 'stores that stay up, and dashboards',
        'toofan run smoke --stack external': 'a drill on them',
      }),
    )
    .action(
      act(async (around, flags: UpOptions) => {
        const command = await import('../commands/up.ts');
        return await command.up(flags, around);
      }),
    );
