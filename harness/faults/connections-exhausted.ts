import { Client } from 'pg';
import { badInput } from '../errors.ts';
import type { FaultParameters, FaultSpec } from '../scenario/scenario.ts';
import { type Span, spanProblems, wallMs } from '../scenario/time.ts';
import type { PostgresAddress } from '../stack/stack.ts';
import type { Fault, FaultContext } from './fault.ts';

/** Every connection that a Postgres server gives to the target's user is taken, and held. */
export interface ConnectionsExhausted extends FaultSpec {
  readonly type: 'connections-exhausted';
  /** The server's name in the target's needs; `main` where it is left out. */
  readonly server?: string;
  readonly for: Span;
}

export const connectionsExhausted = (parameters: FaultParameters<ConnectionsExhausted>): ConnectionsExhausted => ({
  ...parameters,
  type: 'connections-exhausted',
});

const connectWithinMs = 5_000;
const mostConnections = 10_000;
/** What Postgres answers who comes too late. */
const tooManyConnections = new Set(['53300']);

export const connectionsExhaustedFault: Fault<ConnectionsExhausted> = {
  type: 'connections-exhausted',
  summary: 'Connections are taken and held until the Postgres server refuses more.',

  validate: (spec) => [
    ...spanProblems('for', spec.for),
    ...(spec.server === undefined || typeof spec.server === 'string' ? [] : ['server: the name of a Postgres server']),
  ],

  async strike(spec, context) {
    const address = targetsOwn(context, spec.server ?? 'main');
    const holdMs = wallMs(spec.for, context.timeScale);
    const held: Client[] = [];
    const release = async () => {
      await Promise.all(held.splice(0).map((client) => client.end().catch(() => undefined)));
    };
    try {
      for (;;) {
        const client = await connect(address);
        if (client === 'refused') break;
        held.push(client);
        if (held.length >= mostConnections) throw new Error(`${mostConnections} connections, and no end`);
      }
    } catch (error) {
      await release();
      throw error;
    }
    const taken = held.length;
    return {
      holdMs,
      async verify() {
        const fresh = await connect(address);
        if (fresh === 'refused') return `a fresh connection is refused: ${taken} are held`;
        await fresh.end();
        throw new Error(`a fresh connection is still to be had beside the ${taken} that are held`);
      },
      // They are the harness's own: were it killed, they would be closed with it.
      heal: release,
      async verifyHealed() {
        const fresh = await connect(address);
        if (fresh === 'refused') throw new Error('a fresh connection is still refused');
        await fresh.end();
        return 'a fresh connection is to be had again';
      },
    };
  },
};

/** The server itself, without a proxy before it, as the target's user: the reserved connections stay free. */
function targetsOwn({ stack }: FaultContext, server: string): PostgresAddress {
  const [direct, forTarget] = [stack.direct.postgres[server], stack.forTarget.postgres[server]];
  if (direct === undefined || forTarget === undefined)
    throw badInput(`connections-exhausted: the stack has no Postgres '${server}'`);
  return { ...forTarget, host: direct.host, port: direct.port };
}

async function connect(address: PostgresAddress): Promise<Client | 'refused'> {
  const client = new Client({
    ...address,
    connectionTimeoutMillis: connectWithinMs,
    application_name: 'toofan-fault',
  });
  // The server may be killed meanwhile; then the connection is gone as it should be.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (tooManyConnections.has((error as { code?: string }).code ?? '')) return 'refused';
    throw error;
  }
}
