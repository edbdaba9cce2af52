import { ExitCode } from '../exit-code.ts';
import type { InvariantResult, Judgement, ObjectiveResult, Verdict } from './judgement.ts';

/**
 * The verdict of a whole drill. A counterexample or a missed objective fails it. An inconclusive result, a doubt about the drill,
 * or nothing to judge makes it inconclusive, never a pass.
 */
export function composeVerdict(
  invariants: readonly Pick<InvariantResult, 'verdict'>[],
  objectives: readonly Pick<ObjectiveResult, 'verdict'>[],
  doubts: readonly string[],
): Verdict {
  const verdicts = [...invariants, ...objectives].map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return 'fail';
  const isSure = doubts.length === 0 && verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass');
  return isSure ? 'pass' : 'inconclusive';
}

/** The exit code of a judgement; of several, the first of 70, 11, 10, 12, 0 wins. */
export function exitCodeOf(
  judgement: Pick<Judgement, 'verdict' | 'invariants' | 'objectives' | 'failedButPresent'>,
): ExitCode {
  if (judgement.failedButPresent > 0) return ExitCode.internal;
  if (judgement.invariants.some(({ verdict }) => verdict === 'fail')) return ExitCode.invariantBroken;
  if (judgement.objectives.some(({ verdict }) => verdict === 'fail')) return ExitCode.objectiveMissed;
  return judgement.verdict === 'pass' ? ExitCode.pass : ExitCode.inconclusive;
}
