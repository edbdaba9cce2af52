import type { Scenario } from '../scenario/scenario.ts';
import type { EventResult } from './judgement.ts';

/**
 * What of the scenario's actions was not done, one line each: the drill is not the one that was meant. An action that the target
 * does not know (stage `unknown`) is left out on purpose.
 */
export function actionDoubts(
  { scenario }: { readonly scenario: Pick<Scenario, 'actions'> },
  events: readonly EventResult[],
): string[] {
  const told = Map.groupBy(
    events.filter(({ kind }) => kind === 'action'),
    ({ name }) => name,
  );
  const meant = Map.groupBy(scenario.actions ?? [], ({ action }) => action);
  const names = new Set([...meant.keys(), ...told.keys()]);
  return [...names].flatMap((name) => {
    const stages = told.get(name) ?? [];
    const count = (stage: string) => stages.filter((event) => event.stage === stage).length;
    const failed = stages.filter(({ stage }) => stage === 'failed');
    const ended = count('verified') + failed.length + count('unknown');
    const open = Math.max(count('commanded') + count('unknown'), meant.get(name)?.length ?? 0) - ended;
    return [
      // What follows the first line is the end of somebody's log.
      ...failed.map(({ detail }) => `The action ${name} failed: ${detail.split('\n', 1)[0]}`),
      ...(open > 0 ? [`The action ${name} was not verified`] : []),
    ];
  });
}
