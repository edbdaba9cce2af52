import { unavailable, usageError, UserError } from '../../errors.ts';
import type { Addresses, StackNeeds } from '../stack.ts';
import { emptyKafka, lookAtKafka } from './kafka.ts';
import type { Foreign, Look } from './look.ts';
import { lookAtPostgres, markAnew, prepareDatabase } from './postgres.ts';
import { emptyRedis, lookAtRedis } from './redis.ts';

export interface Consent {
  /** `--empty-these-stores`: the stores with contents of others that the user has named. */
  readonly emptyTheseStores?: readonly string[];
  /** Gets a line for each store that will be emptied, before any is. */
  readonly announce?: (line: string) => void;
}

/**
 * Checks every store, changing nothing. Rejects (69) with every setting, permission and content that is in the way, all at once;
 * (64) if the user names an unknown store.
 */
export async function requireReady(
  path: string,
  at: Addresses,
  needs: StackNeeds,
  { emptyTheseStores: named = [], announce = () => undefined }: Consent,
): Promise<void> {
  const looks: Look[] = await Promise.all([
    answering(`${path}.kafka`, lookAtKafka(`${path}.kafka`, at.kafka, needs)),
    ...Object.entries(at.postgres).map(([name, address]) =>
      answering(`${path}.postgres.${name}`, lookAtPostgres(`${path}.postgres.${name}`, address)),
    ),
    ...(at.redis === undefined ? [] : [answering(`${path}.redis`, lookAtRedis(`${path}.redis`, at.redis))]),
  ]);
  const problems = looks.flatMap((look) => look.problems);
  if (problems.length > 0) throw unavailable(problems.join('\n'));
  const found = looks.flatMap(({ foreign }) => foreign);
  requireKnown(named, at, needs);
  const refused = found.filter((one) => !meant(one, found, named));
  if (refused.length > 0) throw unavailable(refusalOf(refused));
  for (const one of found) announce(`Emptying ${one.names[0]}: ${listOf(one)}`);
}

/** A store's answer; a refusal is reported to the user (69), and is not our bug. */
export async function answering<T>(path: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw unavailable(`${path}: ${messageOf(error)}`, error);
  }
}

/** Of the Kafka client's several errors, the first is the cause. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** Whether the user has named it; an ambiguous name selects nothing, except for the brokers', which means all their topics. */
const meant = ({ names }: Foreign, all: readonly Foreign[], named: readonly string[]): boolean =>
  names.some(
    (name, index) =>
      named.includes(name) && (index !== 1 || all.filter((other) => other.names[1] === name).length === 1),
  );

function refusalOf(refused: readonly Foreign[]): string {
  const lines = refused.map(
    (one) => `${one.names[0]} is not empty, and no drill filled it: ${listOf(one)}. Nothing was changed`,
  );
  const options = refused.map(({ names }) => `--empty-these-stores ${quoted(names[0])}`);
  return [...lines, `If all of that may be deleted: ${options.join(' ')}`].join('\n');
}

const mostShown = 20;

function listOf({ goes, stays }: Foreign): string {
  const shown = goes.slice(0, mostShown).join(', ');
  const more = goes.length > mostShown ? ` and ${goes.length - mostShown} more` : '';
  const gone = goes.length === 0 ? 'nothing in it would be deleted' : `${shown}${more} would be deleted`;
  return stays.length === 0 ? gone : `${gone}; ${stays.join(', ')} would stay`;
}

/** As a shell reads it as one word. */
const quoted = (name: string): string => (/^[\w.:/@%+-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`);

/** An unknown name is a typo; without this, the store that was meant would be refused without mentioning it. */
function requireKnown(named: readonly string[], { kafka, postgres, redis }: Addresses, { topics }: StackNeeds): void {
  const databases = Object.values(postgres).flatMap(({ host, port, database }) => [
    `${host}:${port}/${database}`,
    database,
  ]);
  const brokers = kafka.brokers.flatMap((broker) => [
    broker,
    ...Object.keys(topics).map((name) => `${broker}/${name}`),
  ]);
  const caches = redis === undefined ? [] : [`${redis.host}:${redis.port}`, `${redis.host}:${redis.port}/0`];
  const known = [...databases, ...brokers, ...Object.keys(topics), ...caches];
  const unknown = named.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw usageError(`--empty-these-stores ${unknown.join(', ')}: unknown store; this drill has ${known.join(', ')}`);
}

/**
 * Empties what is the target's, after `requireReady`: databases first, which commit only once everything else has succeeded.
 * Rejects (69) if a store refuses; its databases are then unchanged.
 */
export async function emptyStores(path: string, at: Addresses, needs: StackNeeds): Promise<void> {
  const prepared = [];
  try {
    for (const [name, need] of Object.entries(needs.postgres)) {
      const address = at.postgres[name];
      if (address !== undefined) prepared.push(await prepareDatabase(`${path}.postgres.${name}`, name, need, address));
    }
    await answering(`${path}.kafka`, emptyKafka(at.kafka, needs));
    if (at.redis !== undefined) await emptyRedis(`${path}.redis`, at.redis);
  } catch (error) {
    await Promise.allSettled(prepared.map((database) => database.rollback()));
    throw error;
  }
  for (const database of prepared) await database.commit();
}

/**
 * At a drill's end: what its target has created is its own. A store that is down by then keeps the marker from the drill's start.
 */
export const markStores = async ({ postgres }: Addresses): Promise<void> =>
  void (await Promise.allSettled(Object.values(postgres).map(markAnew)));
