import { unavailable } from '../errors.ts';
import { untilAnswers } from '../stack/answers.ts';
import type { Addresses, Stack, StackPart } from '../stack/stack.ts';
import { askStore } from './ask-store.ts';

/** A server that was frozen or cut off has much to catch up with. */
const answersWithinMs = 10_000;

type Mendable = Pick<Stack, 'parts' | 'proxies' | 'direct' | 'forTarget'>;

/**
 * Repairs what faults have left behind: every server runs and answers, and no proxy interferes. Resolves to the names of
 * restarted servers; rejects (69) if one still does not answer.
 */
export async function mendStack(stack: Mendable): Promise<string[]> {
  try {
    return await mend(stack);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw unavailable(`cannot restore the stack after its faults: ${why}`, error);
  }
}

async function mend(stack: Mendable): Promise<string[]> {
  await Promise.all([...stack.parts.values()].map((part) => part.thaw()));
  for (const proxy of stack.proxies.values()) for (const type of await proxy.active()) await proxy.remove(type);
  const restarted = await Promise.all([...stack.parts.values()].map((part) => answering(part, stack)));
  await Promise.all([...stack.proxies.keys()].map((name) => answer(name, stack.forTarget, ' through its proxy')));
  return restarted.flat();
}

async function answering(part: StackPart, { direct }: Pick<Stack, 'direct'>): Promise<string[]> {
  try {
    await answer(part.name, direct);
    return [];
  } catch {
    await part.kill();
    await part.start();
    await answer(part.name, direct);
    return [part.name];
  }
}

async function answer(name: string, at: Addresses, where = ''): Promise<void> {
  try {
    await untilAnswers(
      () => askStore(name, at),
      answersWithinMs,
      () => Promise.resolve(),
    );
  } catch (error) {
    throw new Error(`${name}${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
