import type { Scenario } from '../scenario/scenario.ts';
import type { EventResult } from './judgement.ts';

/**
 * Which of the scenario's actions were not done, one line each: the drill differs from the one that was planned. Actions unknown
 * to the target (stage `unknown`) are omitted on purpose.
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
      // After the first line comes the tail of a log.
      ...failed.map(({ detail }) => `The action ${name} failed: ${detail.split('\n', 1)[0]}`),
      ...(open > 0 ? [`The action ${name} was not verified`] : []),
    ];
  });
}
