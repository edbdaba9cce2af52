import { Command, InvalidArgumentError } from 'commander';
import type { GateOptions } from '../commands/gate.ts';
import { type CommandOf, examples } from './command.ts';
import { aboveZero, repeatable, stackOption, wholeNumber } from './options.ts';

const fewestPairs = 3;

function pairsOf(text: string): number {
  if (text.trim() === '1' || text.trim() === '2')
    throw new InvalidArgumentError(`So few show no noise: give at least ${fewestPairs}.`);
  return wholeNumber(fewestPairs, 200)(text);
}

export const gate: CommandOf = (act) =>
  new Command('gate')
    .description('did this change make it worse? base and head in turns, in pairs of drills')
    .argument('[scenario]', 'scenario name', 'smoke')
    .option('--target <name>', "the pipeline under test (default: the scenario's)")
    .option('--base <ref|dir>', 'what to compare with: a git ref, or a folder')
    .option('--pairs <n>', 'pairs of drills', pairsOf, 8)
    .addOption(repeatable('--margin <[metric=]x%>', 'how much worse is allowed', '10%'))
    .option('--calibrate', "no base: measure this machine's noise and what a gate can find on it", false)
    .option('--seed <n>', 'seed of the first pair; each pair has its own', wholeNumber(0, 0xffff_0000), 1)
    .addOption(stackOption())
    .option('--load-scale <x>', 'multiply every rate by x', aboveZero)
    .addOption(repeatable('--set <path=value>', 'override one value of the scenario', 'none'))
    .option('--out <folder>', 'results folder (default results/gate-<run>)')
    .option('--quiet', 'print only the result', false)
    .addHelpText(
      'after',
      examples({
        'toofan gate smoke --base origin/main': 'this folder against the main branch',
        'toofan gate smoke --base ../before --pairs 12': 'against another checkout, more pairs',
        'toofan gate smoke --base HEAD~1 --margin 5% --margin p99=30%': 'other margins',
        'toofan gate smoke --calibrate': "this machine's noise, and the pairs that a gate needs",
      }),
    )
    .action(
      act(async (around, scenario: string, flags: Omit<GateOptions, 'scenario'>) => {
        const command = await import('../commands/gate.ts');
        return await command.gate({ ...flags, scenario }, around);
      }),
    );
