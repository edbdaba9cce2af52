import { setTimeout as delay } from 'node:timers/promises';
import type { ActionContext, Target } from '../target/target.ts';

export interface TimedAction {
  readonly name: string;
  /** Epoch milliseconds of the command. */
  readonly atMs: number;
}

/** Receives each stage of an action. */
export type OnAction = (name: string, stage: 'commanded' | 'verified' | 'failed' | 'unknown', detail: string) => void;

/** Takes every action at its time. Never rejects: failed and unknown actions are reported. */
export async function takeActions(
  timed: readonly TimedAction[],
  target: Pick<Target, 'name' | 'actions'>,
  context: ActionContext,
  onAction: OnAction,
): Promise<void> {
  await Promise.all(
    timed.map(async ({ name, atMs }) => {
      const due = await delay(Math.max(0, atMs - Date.now()), true, { signal: context.signal }).catch(() => false);
      if (!due) return;
      const action = target.actions?.[name];
      if (action === undefined) {
        onAction(name, 'unknown', `${target.name} has no such action`);
        return;
      }
      onAction(name, 'commanded', action.summary);
      try {
        await action.run(context);
        onAction(name, 'verified', await action.verify(context));
      } catch (error) {
        onAction(name, 'failed', error instanceof Error ? error.message : String(error));
      }
    }),
  );
}
