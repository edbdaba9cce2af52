import type { FaultOffer } from '../faults/draw.ts';
import { findGoProgram, toxiproxy } from '../stack/tools/go-program.ts';
import { lackingForVolume } from '../stack/tools/log-volume.ts';
import type { Addresses, StackKind } from '../stack/stack.ts';
import { onPath } from '../stack/tools/on-path.ts';
import type { Target } from '../target/target.ts';
import { processesOf } from '../target/target-shape.ts';

/** What a machine can do to a stack. */
export type MachineOffer = Pick<FaultOffer, 'ownsStores' | 'proxies' | 'logVolume'>;

/** What this machine can do to a stack of that kind. */
export async function machineOffer(kind: 'auto' | StackKind): Promise<MachineOffer> {
  const ownsStores = kind !== 'external';
  return {
    ownsStores,
    proxies: ownsStores && ((await findGoProgram(toxiproxy)) ?? (await onPath('go'))) !== undefined,
    logVolume: ownsStores && lackingForVolume() === null,
  };
}

/** Everything of a target that faults can strike on such a machine. Starts nothing. */
export const faultOffer = (target: Target, machine: MachineOffer): FaultOffer => ({ ...machine, ...partsOf(target) });

/** The parts of a target that faults can name. Starts nothing. */
export function partsOf(target: Target): Omit<FaultOffer, keyof MachineOffer> {
  const { needs, consumerGroups, dependencies = [] } = target;
  const names = dependencies.map(({ name }) => name);
  const specs = processesOf(target, {
    stack: nowhere(target),
    timeScale: 1,
    dependencies: Object.fromEntries(names.map((name) => [name, 'http://127.0.0.1:9'])),
  });
  return {
    processes: specs.map(({ name, count, command }) => ({ name, count, isNode: /(^|\/)node$/.test(command[0]) })),
    stores: [
      'kafka',
      ...Object.keys(needs.postgres).map((name) => `postgres:${name}`),
      ...(needs.redis ? ['redis'] : []),
    ],
    dependencies: names,
    topics: Object.entries(needs.topics).flatMap(([topic, { role }]) => (role === 'input' ? [topic] : [])),
    groups: consumerGroups.map(({ id }) => id),
    tables: tablesOf(target),
  };
}

/** The tables in the target's truth queries: what it cannot work without. */
function tablesOf({ effects, balances }: Target): FaultOffer['tables'] {
  const found = [...effects, ...balances].flatMap(({ store, sql }) =>
    [...sql.matchAll(/\b(?:from|join)\s+([a-z_][\w.]*)(?!\w*\s*\()/gi)].map(([, table = '']) => `${store} ${table}`),
  );
  return [...new Set(found)].map((place) => {
    const [server = '', table = ''] = place.split(' ');
    return { server, table };
  });
}

/** Fake addresses with the right names, for asking a target what it would run. */
function nowhere({ needs }: Target): Addresses {
  const [host, port] = ['127.0.0.1', 9];
  const address = { host, port, user: '', password: '', database: '' };
  return {
    kafka: { brokers: [`${host}:${port}`] },
    postgres: Object.fromEntries(Object.keys(needs.postgres).map((name) => [name, address])),
    ...(needs.redis && { redis: { host, port } }),
  };
}
