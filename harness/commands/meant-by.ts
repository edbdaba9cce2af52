import type { Registry } from '../registry.ts';

/** What an unknown command word may mean, and what to type for it; undefined if we know nothing like it. */
export function meantBy(
  word: string,
  { scenarios, targets }: Pick<Registry, 'scenarios' | 'targets'>,
): string | undefined {
  if (scenarios.has(word)) return `${word} is a scenario: npx toofan run ${word}`;
  if (targets.has(word)) return `${word} is a target: npx toofan run SCENARIO --target ${word}`;
  if (word === 'version') return 'the version is told by npx toofan --version';
  if (word === 'report') return 'a run has its report in its folder; npx toofan judge FOLDER writes it again';
  return undefined;
}
