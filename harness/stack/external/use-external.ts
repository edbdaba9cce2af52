import type { ExternalStores, ToofanConfig } from '../../config.ts';
import { badInput, unavailable, usageError } from '../../errors.ts';
import { schemaProblems } from '../../schema-problems.ts';
import { askKafka, askPostgres, askRedis } from '../answers.ts';
import { externalShape } from './external-shape.ts';
import { lockStores } from './lock-stores.ts';
import type { RunningStores } from '../stack-plan.ts';
import type { Addresses, StackNeeds } from '../stack.ts';
import { answering, type Consent, emptyStores, markStores, requireReady } from './their-stores.ts';
import { parseBroker, requireAllowed } from '../where-load-may-go.ts';

/**
 * External servers, from `external` in toofan.config.ts, or those of `toofan up`. Load goes to this machine only, unless the
 * former lists a host under `allowedHosts`; the same applies to hosts to which a broker redirects its clients.
 */
export async function useExternal(
  config: ToofanConfig,
  needs: StackNeeds,
  consent: Consent = {},
): Promise<RunningStores> {
  const external = storesNamed(config);
  const from = sourceOf(external);
  const { kafka, postgres, redis } = external;
  if (needs.faults?.proxies === true || needs.faults?.logVolumeMiB !== undefined) {
    throw usageError(
      "--stack external: the scenario has network or broker-disk faults, which need a stack of Toofan's own; use --stack local or --stack containers",
    );
  }
  const stores = neededOf({ kafka, postgres, ...(redis !== undefined && { redis }) }, needs, from);
  const path = `${from}: external`;
  await requireAllowed(
    [
      ...kafka.brokers.map((broker) => ({ path: `${path}.kafka.brokers`, host: parseBroker(broker).host })),
      ...Object.entries(stores.postgres).map(([name, { host }]) => ({ path: `${path}.postgres.${name}`, host })),
      ...(stores.redis === undefined ? [] : [{ path: `${path}.redis`, host: stores.redis.host }]),
    ],
    config.allowedHosts,
  );
  const { redis: redisAddress } = stores;
  const [advertised] = await Promise.all([
    reached(`${path}.kafka`, () => askKafka(kafka)),
    ...Object.entries(stores.postgres).map(([name, address]) =>
      reached(`${path}.postgres.${name}`, () => askPostgres(address)),
    ),
    redisAddress === undefined ? undefined : reached(`${path}.redis`, () => askRedis(redisAddress)),
  ]);
  await requireAllowed(
    advertised.map(({ host }) => ({ path: `${path}.kafka: a broker sends clients to another address`, host })),
    config.allowedHosts,
  );
  await using held = new AsyncDisposableStack();
  // Before the check: what another drill is about to empty says nothing.
  const { losses } = held.use(await answering(`${path}: cannot lock the stores for this drill`, lockStores(stores)));
  await requireReady(path, stores, needs, consent);
  const locks = held.move();
  let emptied = false;
  return {
    parts: new Map(),
    proxies: new Map(),
    logVolume: undefined,
    direct: stores,
    forTarget: stores,
    kafkaVersion: 'unknown',
    lockLosses: () => losses.all(),
    reset: async (wanted) => {
      losses.requireNone();
      await emptyStores(path, stores, wanted);
      emptied = true;
    },
    end: async () => {
      // Until then their contents may be anybody's.
      if (emptied) await markStores(stores);
      await locks.disposeAsync();
    },
  };
}

/** The configured stores, with every member checked; throws (64, 65) if there are none, or none that a drill may use. */
export function storesNamed({ external }: ToofanConfig): ExternalStores {
  if (external === undefined) {
    throw usageError('--stack external: no addresses; run `npx toofan up`, or set `external` in toofan.config.ts');
  }
  const wrong = schemaProblems(externalShape, external, 'external');
  if (wrong.length > 0) throw badInput(wrong.map((problem) => `${sourceOf(external)}: ${problem}`).join('\n'));
  if (external.usedBy !== undefined) {
    throw usageError(
      `--stack external: ${external.usedBy} uses these stores, and a drill would empty them; \`npx toofan down\`, then \`npx toofan up\` without it`,
    );
  }
  return external;
}

/** The file that names them, even if it names none. */
const sourceOf = (external: ExternalStores | null): string => external?.source ?? 'toofan.config.ts';

/** Those that the target needs: a drill does not touch the others. Throws (65) if one is missing, or serves for two. */
function neededOf(all: Addresses, needs: StackNeeds, from: string): Addresses {
  const names = Object.keys(needs.postgres);
  const missing = [
    ...names.filter((name) => !Object.hasOwn(all.postgres, name)).map((name) => `postgres.${name}`),
    ...(needs.redis && all.redis === undefined ? ['redis'] : []),
  ];
  if (missing.length > 0)
    throw badInput(missing.map((path) => `${from}: external.${path} is missing, but the target needs it`).join('\n'));
  const postgres = Object.fromEntries(Object.entries(all.postgres).filter(([name]) => names.includes(name)));
  const databases = Object.values(postgres).map(({ host, port, database }) => `${host}:${port}/${database}`);
  const shared = names.filter((_, index) => databases.indexOf(databases[index] ?? '') !== index);
  if (shared.length > 0)
    throw badInput(
      shared
        .map((name) => `${from}: external.postgres.${name}: the same database as another server's; each needs its own`)
        .join('\n'),
    );
  return { kafka: all.kafka, postgres, ...(needs.redis && all.redis !== undefined && { redis: all.redis }) };
}

async function reached<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw unavailable(`${path} does not answer: ${(error as Error).message}`, error);
  }
}
