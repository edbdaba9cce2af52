import { UserError, unavailable } from '../errors.ts';
import { askKafka, askPostgres, askRedis } from './answers.ts';
import type { Addresses } from './stack.ts';

/**
 * Rejects (69) where a store does not answer, naming each that does not. `failure` is what came of it, and is told along: a worker
 * that did not become ready, a query that failed.
 */
export async function requireStores(at: Addresses, failure?: unknown): Promise<void> {
  const silent = await silentStores(at);
  if (silent.length === 0) return;
  const [cameOfIt] = (failure instanceof Error ? failure.message : '').split('\n');
  throw unavailable(
    `no answer any more from ${silent.join(', ')}${cameOfIt === '' ? '' : ` (${cameOfIt})`}: something outside of the drill ended or stopped it (out of memory? by hand?); run again`,
    failure,
  );
}

/** What a failure is to be called: that a store does not answer, where that is so and it was not explained already. */
export const orSilentStores = (failure: unknown, at: Addresses): Promise<unknown> =>
  failure instanceof UserError
    ? Promise.resolve(failure)
    : requireStores(at, failure).then(
        () => failure,
        (silence: unknown) => silence,
      );

/** The names of those that do not answer, each asked once. */
async function silentStores({ kafka, postgres, redis }: Addresses): Promise<string[]> {
  const asked: (readonly [string, Promise<unknown>])[] = [
    ['kafka', askKafka(kafka)],
    ...Object.entries(postgres).map(([name, address]) => [`postgres:${name}`, askPostgres(address)] as const),
    ...(redis === undefined ? [] : [['redis', askRedis(redis)] as const]),
  ];
  const outcomes = await Promise.allSettled(asked.map(([, answer]) => answer));
  return asked.flatMap(([name], index) => (outcomes[index]?.status === 'rejected' ? [name] : []));
}
