import { Command } from 'commander';
import type { UpOptions } from '../commands/up.ts';
import { type CommandOf, examples } from './command.ts';

export const up: CommandOf = (act) =>
  new Command('up')
    .description('Kafka, Postgres and Redis in containers, for --stack external, until `toofan down`')
    .option('--observe', 'Prometheus and Grafana too, with the rules and dashboards', false)
    .option('--shop', 'the storefront and its pipeline too, open and stocked, behind Toxiproxy', false)
    .addHelpText(
      'after',
      examples({
        'toofan up --observe': 'stores that stay, and dashboards',
        'toofan run smoke --stack external': 'a drill on them',
      }),
    )
    .action(
      act(async (around, flags: UpOptions) => {
        const command = await import('../commands/up.ts');
        return await command.up(flags, around);
      }),
    );
