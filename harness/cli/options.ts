/** Options shared by several commands, and their values. */
import { InvalidArgumentError, Option } from 'commander';

const stackKinds = ['auto', 'containers', 'local', 'external'];

/** A repeatable option; `without` describes its default. */
export const repeatable = (flags: string, description: string, without: string) =>
  new Option(flags, `${description} (repeatable)`)
    .argParser((value: string, before: string[]) => [...before, value])
    .default([], without);

export const wholeNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most)
      throw new InvalidArgumentError(`Must be a whole number from ${least} to ${most}.`);
    return value;
  };

export function aboveZero(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0)
    throw new InvalidArgumentError('Must be a number above 0.');
  return value;
}

export const stackOption = () =>
  new Option('--stack <kind>', 'where Kafka, Postgres and Redis run').choices(stackKinds).default('auto');

export const emptyTheseStoresOption = () =>
  new Option(
    '--empty-these-stores <names>',
    'with --stack external: empty these stores although no drill filled them; names as listed by the refusal',
  )
    .argParser((names: string, before: string[]) => [...before, ...names.split(',')])
    .default([], 'none');
