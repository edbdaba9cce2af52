import { isIP } from 'node:net';
import type { ToofanConfig } from '../config.ts';
import { badInput, unavailable, usageError } from '../errors.ts';
import { askKafka, askPostgres, askRedis } from './answers.ts';
import { engineHost } from './find-engine.ts';
import type { RunningStores } from './plan.ts';
import type { StackNeeds } from './stack.ts';

/**
 * Somebody else's servers, from `external` in toofan.config.ts, or those of `toofan up`. Load goes to this machine alone
 * unless the former lists a host under `allowedHosts`; a broker that sends clients on to another host is held to the same.
 */
export async function useExternal(config: ToofanConfig, needs: StackNeeds): Promise<RunningStores> {
  const { external } = config;
  if (external === undefined) {
    throw usageError(
      '--stack external takes its addresses from `npx toofan up` or from `external` in toofan.config.ts, and there is neither',
    );
  }
  const { source, usedBy, ...stores } = external;
  if (usedBy !== undefined) {
    throw usageError(
      `--stack external: ${usedBy} works on these stores, and a drill would empty them; \`npx toofan down\`, then \`npx toofan up\` without it`,
    );
  }
  const from = source ?? 'toofan.config.ts';
  if (needs.faults?.proxies === true || needs.faults?.logVolumeMiB !== undefined) {
    throw usageError(
      "--stack external: the scenario has faults of the network or of the broker's disk, and those need a stack of our own; take --stack local or --stack containers",
    );
  }
  const missing = [
    ...Object.keys(needs.postgres)
      .filter((name) => external.postgres[name] === undefined)
      .map((name) => `postgres.${name}`),
    ...(needs.redis && external.redis === undefined ? ['redis'] : []),
  ];
  if (missing.length > 0) {
    throw badInput(missing.map((path) => `${from}: external.${path} is missing, and the target needs it`).join('\n'));
  }
  refuseForeign(config, [
    ...external.kafka.brokers.map((broker) => ({ path: 'external.kafka.brokers', host: hostOf(broker) })),
    ...Object.entries(external.postgres).map(([name, { host }]) => ({ path: `external.postgres.${name}`, host })),
    ...(external.redis === undefined ? [] : [{ path: 'external.redis', host: external.redis.host }]),
  ]);
  const [advertised] = await Promise.all([
    reached(`${from}: external.kafka`, () => askKafka(external.kafka)),
    ...Object.keys(needs.postgres).map((name) => {
      const address = external.postgres[name];
      return address === undefined
        ? undefined
        : reached(`${from}: external.postgres.${name}`, () => askPostgres(address));
    }),
    external.redis === undefined
      ? undefined
      : reached(`${from}: external.redis`, () => askRedis(external.redis ?? { host: '', port: 0 })),
  ]);
  refuseForeign(
    config,
    advertised.map((broker) => ({
      path: 'external.kafka: a broker tells clients to connect to',
      host: hostOf(broker),
    })),
  );
  return {
    parts: new Map(),
    proxies: new Map(),
    logVolume: undefined,
    direct: stores,
    forTarget: stores,
    kafkaVersion: 'unknown',
    end: () => Promise.resolve(),
  };
}

/** `[::1]:9092` and `localhost:9092` alike. */
function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':')).replace(/^\[(.*)\]$/, '$1');
}

/** Whether a host is this machine. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === 'localhost' || host === '::1';
}

function refuseForeign(config: ToofanConfig, hosts: readonly { readonly path: string; readonly host: string }[]): void {
  const allowed = new Set([...(config.allowedHosts ?? []), engineHost()]);
  const refused = hosts.filter(({ host }) => !isLoopback(host) && !allowed.has(host));
  if (refused.length === 0) return;
  const lines = refused.map(
    ({ path, host }) =>
      `toofan.config.ts: ${path}: ${host} is not this machine; if load may go there, list it under allowedHosts`,
  );
  throw badInput([...new Set(lines)].join('\n'));
}

async function reached<T>(path: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw unavailable(`${path} does not answer: ${(error as Error).message}`, error);
  }
}
