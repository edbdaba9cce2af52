import { askKafka, askPostgres, askRedis } from '../stack/answers.ts';
import type { Addresses } from '../stack/stack.ts';
import { eventually, notYet } from '../eventually.ts';

/** One attempt to get an answer from the named store at these addresses; rejects if there is none. */
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
 * Resolves once a store answers again; rejects with its last refusal after a bound. A recovering store may refuse for a while: a
 * thawed broker is not available until its controller has readmitted it.
 */
export const answersAgain = (name: string, at: Addresses): Promise<void> =>
  eventually(() => askStore(name, at).catch(notYet), { withinMs: againWithinMs, everyMs: lookEveryMs });

/** A description of a store's silence; rejects if the store answers after all. */
export async function refusalOf(name: string, at: Addresses): Promise<string> {
  const answered = await askStore(name, at).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (answered === null) throw new Error(`${name} still answers`);
  return `${name} does not answer: ${answered.split('\n')[0]}`;
}

/** Whole milliseconds from connecting to a store until it answers, or until giving up. */
export async function timeOf(name: string, at: Addresses): Promise<number> {
  const begun = performance.now();
  await askStore(name, at).catch(() => undefined);
  return Math.round(performance.now() - begun);
}
