import { setTimeout as delay } from 'node:timers/promises';
import { unavailable } from '../../../errors.ts';

const readyWithinMs = 60_000;
const answersWithinMs = 2_000;
/** `PausedBeforeRun` in k6's execution states: every visitor is initialised, and none has started. */
const pausedBeforeRun = 4;

/** Waits until a k6 that was started paused has initialised all its visitors; its REST API listens on `port`. */
export async function untilPaused(port: number): Promise<void> {
  const giveUpAt = performance.now() + readyWithinMs;
  for (;;) {
    const state = await ask(port).catch(() => undefined);
    if (state !== undefined && state.status >= pausedBeforeRun && state.paused) return;
    if (performance.now() > giveUpAt) throw unavailable(`k6 was not ready within ${readyWithinMs / 1_000} s`);
    await delay(50);
  }
}

export const resume = (port: number): Promise<unknown> =>
  ask(port, { data: { type: 'status', id: 'default', attributes: { paused: false } } });

interface K6Status {
  readonly status: number;
  readonly paused: boolean;
}

async function ask(port: number, change?: object): Promise<K6Status> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, {
    signal: AbortSignal.timeout(answersWithinMs),
    ...(change !== undefined && { method: 'PATCH', body: JSON.stringify(change) }),
  });
  if (!answer.ok) throw new Error(`k6 answers ${answer.status}`);
  const { data } = (await answer.json()) as { readonly data: { readonly attributes: K6Status } };
  return data.attributes;
}
