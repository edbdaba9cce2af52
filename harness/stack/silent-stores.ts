import { UserError, unavailable } from '../errors.ts';
import { reasonOf } from '../failure.ts';
import { askKafka, askPostgres, askRedis } from './answers.ts';
import type { Addresses } from './stack.ts';

/**
 * Rejects (69), naming each store that does not answer. `failure` is the consequence and is included in the message: a worker
 * that did not become ready, a query that failed.
 */
export async function requireStores(at: Addresses, failure?: unknown): Promise<void> {
  const lost = await lostStores(at);
  if (lost.length === 0) return;
  const [cameOfIt] = (failure instanceof Error ? failure.message : '').split('\n');
  const along = cameOfIt === '' ? '' : ` (${cameOfIt})`;
  const refusing = lost.filter(({ why }) => isRefusal(why));
  if (refusing.length > 0) {
    const said = refusing.map(({ name, why }) => `${name} is up but refuses: ${reasonOf(why)}`);
    throw unavailable(`${said.join('; ')}${along}; fix that, then run again`, failure);
  }
  const silent = lost.map(({ name }) => name);
  throw unavailable(
    `no answer from ${silent.join(', ')}${along}: something outside the drill ended or stopped it (out of memory? by hand?); run again`,
    failure,
  );
}

/**
 * Whether a server has answered with a refusal: a password, TLS, a setting. One that is starting or shutting down (57P…) has not.
 */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  if (/^(?!57P)[0-9A-Z]{5}$/.test(code) && 'severity' in error) return true;
  return error.name === 'ReplyError' || /does not support SSL|SASL/.test(error.message);
}

/** Classifies a failure: as a store that does not answer, if that is the case and not already explained. */
export const orSilentStores = (failure: unknown, at: Addresses): Promise<unknown> =>
  failure instanceof UserError
    ? Promise.resolve(failure)
    : requireStores(at, failure).then(
        () => failure,
        (silence: unknown) => silence,
      );

/** The stores that do not answer, each asked once, and why. */
async function lostStores({ kafka, postgres, redis }: Addresses): Promise<{ name: string; why: unknown }[]> {
  const asked: (readonly [string, Promise<unknown>])[] = [
    ['kafka', askKafka(kafka)],
    ...Object.entries(postgres).map(([name, address]) => [`postgres:${name}`, askPostgres(address)] as const),
    ...(redis === undefined ? [] : [['redis', askRedis(redis)] as const]),
  ];
  const outcomes = await Promise.allSettled(asked.map(([, answer]) => answer));
  return asked.flatMap(([name], index) => {
    const outcome = outcomes[index];
    return outcome?.status === 'rejected' ? [{ name, why: outcome.reason as unknown }] : [];
  });
}
