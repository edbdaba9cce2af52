import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../../harness/faults/fault.ts';
import { faults } from '../../harness/faults/registry.ts';
import type { FaultSpec } from '../../harness/scenario/scenario.ts';
import { target } from '../../simulators/inventory/streaming/target.ts';
import { sharedStack } from '../shared-stack.ts';
import { containerConfig } from '../stack/needs.ts';
import { leftBehind, remains, type Begun } from '../stack/remains.ts';
import type { FaultyOrder } from './faulty-harness.ts';
import { nightly } from '../nightly.ts';
import { lookUntil, NotYet } from '../../harness/eventually.ts';

const script = fileURLToPath(new URL('./faulty-harness.ts', import.meta.url));
const isLinux = process.platform === 'linux';
const isRoot = isLinux && process.getuid?.() === 0;
const containers = await containerConfig();
const goneWithinMs = 10_000;
const hold = '1h';

/** The parameter for how long a fault is held; none if it is over at once, and the pipeline has to cope with its effect. */
const holdOf = (fault: Fault): string | undefined => ['for', 'downFor'].find((name) => name in fault.parameters);
/** A fault with its first trial's parameters, or at `store`; and held. */
function heldFault(type: string, store?: string): FaultSpec {
  const fault = faults.get(type);
  const name = fault === undefined ? undefined : holdOf(fault);
  if (fault === undefined || name === undefined) throw new Error(`there is nothing of ${type} to hold`);
  return { ...fault.trials[0].with, ...(store !== undefined && { store }), [name]: hold, type };
}
const takesRoot = (type: string) => faults.get(type)?.needs?.(heldFault(type)).logVolume === true;

/** Those that one harness holds together, so that each takes no stack of its own. */
const together = [
  ['worker-crash', 'store-kill', 'dependency-down'],
  ['worker-freeze', 'store-freeze', 'dependency-slow'],
  ['worker-starve', 'network-latency', 'network-bandwidth', 'dependency-failing'],
  ['worker-leak', 'network-cut', 'network-reset', 'dependency-limited'],
  ['database-lock', 'connections-exhausted', 'broker-disk-full'],
];
const others = [...faults.values()].flatMap((fault) =>
  holdOf(fault) === undefined || together.flat().includes(fault.type) ? [] : [[fault.type]],
);

/** Every fault that is held on processes, and those that work differently on containers. */
const held = {
  local: [...others, ...together]
    .map((types) => types.filter((type) => isRoot || !takesRoot(type)).map((type) => heldFault(type)))
    .filter(({ length }) => length > 0),
  containers: [
    [
      heldFault('worker-freeze'),
      heldFault('network-cut', 'postgres:main'),
      heldFault('store-freeze', 'postgres:main'),
      heldFault('store-kill'),
      ...(isRoot ? [heldFault('broker-disk-full')] : []),
    ],
  ],
};
const stockLock = heldFault('database-lock');
const noConnections = heldFault('connections-exhausted');

/** Starts the miniature harness; resolves once it is ready to strike. `told` resolves to its next line. */
async function begin(order: FaultyOrder) {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const told = async <T>(): Promise<T> => JSON.parse((await lines.next()).value ?? 'null') as T;
  const begun = await told<Begun>();
  expect(await told()).toEqual({ ready: true });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { begun, told, kill, hang: () => child.kill('SIGSTOP'), strike: () => child.stdin.write('strike\n') };
}

/** Has the faults struck by a harness that is then killed; `meanwhile` runs once all of them hold. */
async function killedInTheMiddle(order: FaultyOrder, meanwhile: (begun: Begun) => Promise<void>): Promise<Begun> {
  const { begun, told, kill, strike } = await begin(order);
  strike();
  const seen: unknown[] = [];
  while (seen.length < order.faults.length) seen.push(await told());
  expect(seen).toEqual(order.faults.map(() => ({ seen: expect.stringMatching(/./) })));
  await meanwhile(begun);
  await kill();
  return begun;
}

const until = async (condition: () => Promise<boolean>, withinMs: number): Promise<boolean> =>
  (await lookUntil(async () => (await condition()) || new NotYet('not true'), { withinMs })) === true;

for (const stack of ['local', 'containers'] as const) {
  describe.skipIf(!isLinux || (stack === 'containers' && containers === undefined))(`on a stack of ${stack}`, () => {
    const named = held[stack].map((group) => ({ types: group.map(({ type }) => type).join(', '), group }));
    const expectNothingLeft = async ({ group }: (typeof named)[number]): Promise<void> => {
      const begun = await killedInTheMiddle({ stack, config: containers ?? {}, faults: group }, async (there) => {
        expect((await remains(there)).length).toBeGreaterThan(5);
      });
      expect(await leftBehind(begun, goneWithinMs)).toEqual([]);
    };
    // The last one holds the most: locks and connections inside Postgres, and a mounted disk.
    it.skipIf(stack === 'containers' && !nightly).each(named.slice(-1))(
      'nothing of $types is left after the harness was killed',
      (one) => expectNothingLeft(one),
    );
    it.skipIf(!nightly).each(named.slice(0, -1))('nothing of $types is left after the harness was killed', (one) =>
      expectNothingLeft(one),
    );
  });
}

describe.skipIf(!isLinux)("on somebody else's Postgres", () => {
  // A local stack plays the servers that outlive the harness.
  const theirs = sharedStack(target.needs);
  const order = (fault: FaultSpec): FaultyOrder => ({
    stack: 'external',
    config: { external: { ...theirs.stack.forTarget } },
    faults: [fault],
  });

  /** The server's superuser, beyond the connections that a fault can take. */
  async function asOwner<T>(does: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client(theirs.stack.direct.postgres['main']);
    await client.connect();
    try {
      return await does(client);
    } finally {
      await client.end();
    }
  }
  const backends = (where: string) =>
    asOwner(async (client) => {
      const sql = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'toofan-fault' AND ${where}`;
      return (await client.query<{ n: number }>(sql)).rows[0]?.n ?? 0;
    });
  const released = () => until(async () => (await backends('true')) === 0, goneWithinMs);

  it.each([stockLock, noConnections].map((fault) => ({ type: fault.type, fault })))(
    'a $type is released within ten seconds after the harness was killed in its middle',
    async ({ fault }) => {
      const begun = await killedInTheMiddle(order(fault), async () => {
        expect(await backends('true')).toBeGreaterThan(0);
      });
      expect(await released()).toBe(true);
      expect(await leftBehind(begun, goneWithinMs)).toEqual([]);
    },
  );

  it.skipIf(!nightly)(
    'what is held by a harness that hangs the server itself lets go, a minute after its time',
    async () => {
      const faulty = [stockLock, noConnections].map((fault) => ({ ...fault, for: '1s' }));
      const { begun, told, strike, hang, kill } = await begin({ ...order(stockLock), faults: faulty });
      strike();
      expect([await told(), await told()]).toEqual(faulty.map(() => ({ seen: expect.stringMatching(/./) })));
      hang();
      expect(await backends('true')).toBeGreaterThan(1);
      expect(await until(async () => (await backends('true')) === 0, 75_000)).toBe(true);
      await kill();
      expect(await leftBehind(begun, goneWithinMs)).toEqual([]);
    },
  );

  it('a database-lock that was still waiting for its turn does not go on to wait, and holds up nobody', async () => {
    const { begun, strike, kill } = await begin(order(stockLock));
    await asOwner(async (reader) => {
      await reader.query('BEGIN; LOCK TABLE stock IN ACCESS SHARE MODE');
      strike();
      expect(await until(async () => (await backends("wait_event_type = 'Lock'")) === 1, 10_000)).toBe(true);
      await kill();
      expect(await released()).toBe(true);
    });
    expect(await leftBehind(begun, goneWithinMs)).toEqual([]);
  });
});
