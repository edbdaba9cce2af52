import { Command } from 'commander';
import type { CommandOf } from './command.ts';

export const doctor: CommandOf = (act) =>
  new Command('doctor')
    .description('what this machine has, what is missing, and how to fix it')
    .action(act(async (around) => await (await import('../commands/doctor.ts')).doctor(around)));
