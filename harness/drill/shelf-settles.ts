import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '../domains/domain.ts';
import { readBalances } from '../observe/truth.ts';
import type { Stack } from '../stack/stack.ts';
import type { ReadModel, Target } from '../target/target.ts';

const everyMs = 200;
/** The copy must be right this many times in a row: updates still on their way would show in between. */
const looks = 2;

/**
 * Waits until the read model equals the truth, but no longer than the refresh that the pipeline declares: anything wrong by then
 * is wrong. Call it once the pipeline has drained.
 */
export async function waitUntilShelfSettles(
  stack: Stack,
  target: Target,
  readModel: ReadModel,
  world: World,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + readModel.refreshMs;
  const keys = world.opening.map(({ key }) => key);
  const isRight = async (): Promise<boolean> => {
    await using reader = await readModel.open(stack.direct);
    const left = new Map<string | null, number | null>();
    await readBalances(stack.direct.postgres, target.balances, 'after', async (rows) => {
      for (const { key, available } of rows) left.set(key, available);
    });
    const shown = await reader.read(keys);
    return keys.every((key, index) => shown[index] === left.get(key));
  };
  for (let right = 0; right < looks && performance.now() < deadline;) {
    // A store that is down shows nothing; the judge deals with that.
    right = (await isRight().catch(() => false)) ? right + 1 : 0;
    await delay(Math.min(everyMs, Math.max(0, deadline - performance.now())), undefined, { signal });
  }
}
