import type { DependencyRequest } from './serve-dependency.ts';

/** Texts in a request's body, by name; throws a RangeError if one is missing. */
export function textsOf<Name extends string>(
  { body }: DependencyRequest,
  ...names: readonly Name[]
): Record<Name, string> {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: Name): [Name, string] => {
    const value = fields[name];
    if (typeof value !== 'string') throw new RangeError(`${name}: must be a string`);
    return [name, value];
  };
  return Object.fromEntries(names.map(text)) as Record<Name, string>;
}
