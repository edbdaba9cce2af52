import { usageError } from '../errors.ts';
import type { Registry } from '../registry.ts';
import { didYouMean } from '../scenario/did-you-mean.ts';
import type { Target } from '../target/target.ts';

/**
 * The target with that name, or the only one whose name ends in it (`streaming` for `inventory/streaming`), preferring `domain`
 * if given. Refuses (64) a name that matches none or several.
 */
export function targetNamed(name: string, { targets }: Pick<Registry, 'targets'>, domain?: string): Target {
  const exact = targets.get(name);
  if (exact !== undefined) return exact;
  if (name.includes(',')) {
    const each = name.split(',').map((one) => `--target ${one.trim()}`);
    throw usageError(`--target ${name}: takes one name; for several, ${each.join(' ')}`);
  }
  // Half a name never means a mutant (`name+mutation`).
  const plain = [...targets.values()].filter((target) => !target.name.includes('+'));
  const alike = plain.filter((target) => target.name.endsWith(`/${name}`));
  const own = alike.filter((target) => target.domain === domain);
  const [found, ...others] = own.length > 0 ? own : alike;
  if (found !== undefined && others.length === 0) return found;
  if (found !== undefined)
    throw usageError(
      `--target ${name}: ambiguous: ${[found, ...others].map((one) => one.name).join(', ')}; give the full name`,
    );
  const names = plain.map((target) => target.name);
  const ends = [...new Set(names.map((one) => one.slice(one.lastIndexOf('/') + 1)))];
  const near = [didYouMean(name, names), didYouMean(name, ends)].find((one) => one.startsWith(' Did'));
  throw usageError(`unknown target '${name}'.${near ?? didYouMean(name, names)}`);
}
