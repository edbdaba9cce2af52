import { askKafka, askPostgres, askRedis } from '../stack/answers.ts';
import type { Addresses } from '../stack/stack.ts';
import { eventually, notYet } from '../eventually.ts';

/** One attempt to get an answer from a store of that name at these addresses; rejects where none comes. */
export async function askStore(name: string, at: Addresses): Promise<void> {
  if (name === 'kafka') {
    await askKafka(at.kafka);
  } else if (name === 'redis') {
    if (at.redis === undefined) throw new Error('the stack has no Redis');
    await askRedis(at.redis);
  } else {
    const address = at.postgres[name.replace(/^postgres:/, '')];
    if (address === undefined) throw new Error(`the stack has no ${name}`);
    await askPostgres(address);
  }
}

const againWithinMs = 15_000;
const lookEveryMs = 100;

/**
 * Resolves once a store answers again; rejects with its last refusal after a bound. One that comes to itself may refuse for a
 * while: a broker that was frozen is none until its controller has taken it back.
 */
export const answersAgain = (name: string, at: Addresses): Promise<void> =>
  eventually(() => askStore(name, at).catch(notYet), { withinMs: againWithinMs, everyMs: lookEveryMs });

/** What a store's silence is called; rejects where it answers all the same. */
export async function refusalOf(name: string, at: Addresses): Promise<string> {
  const answered = await askStore(name, at).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (answered === null) throw new Error(`${name} still answers`);
  return `${name} does not answer: ${answered.split('\n')[0]}`;
}

/** Whole milliseconds from asking a store, connection and all, to its answer, or to giving up. */
export async function timeOf(name: string, at: Addresses): Promise<number> {
  const begun = performance.now();
  await askStore(name, at).catch(() => undefined);
  return Math.round(performance.now() - begun);
}
