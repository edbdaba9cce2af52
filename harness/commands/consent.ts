import type { ToofanConfig } from '../config.ts';
import { usageError } from '../errors.ts';
import { plain } from '../report/format.ts';
import { storesNamed } from '../stack/external/use-external.ts';
import type { StackKind } from '../stack/stack.ts';
import type { Consent } from '../stack/external/their-stores.ts';

export interface ConsentOptions {
  readonly stack: 'auto' | StackKind;
  readonly emptyTheseStores?: readonly string[];
}

/**
 * The stores that the user allows to be emptied; prints on standard error what will be emptied, even with --quiet. Throws (64,
 * 65) before anything is made if the stores are not named exactly.
 */
export function consentOf({ stack, emptyTheseStores = [] }: ConsentOptions, config: ToofanConfig): Consent {
  if (emptyTheseStores.length > 0 && stack !== 'external')
    throw usageError('--empty-these-stores needs --stack external; other stacks own their stores');
  if (stack === 'external') storesNamed(config);
  return { emptyTheseStores, announce: (line) => void process.stderr.write(`${plain(line)}\n`) };
}
