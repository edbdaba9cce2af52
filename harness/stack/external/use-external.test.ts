import { describe, expect, it, vi } from 'vitest';
import type { ToofanConfig } from '../../config.ts';
import { UserError } from '../../errors.ts';
import { useExternal } from './use-external.ts';
import { freePorts } from '../ports.ts';
import type { StackNeeds } from '../stack.ts';

const needs: StackNeeds = { topics: {}, postgres: { main: { schema: 'schema.sql' } }, redis: true };

function configWith(host: string, port: number, allowedHosts?: readonly string[]): ToofanConfig {
  return {
    external: {
      kafka: { brokers: [`${host}:${port}`] },
      postgres: { main: { host, port, user: 'u', password: 'p', database: 'd' } },
      redis: { host, port },
    },
    ...(allowedHosts !== undefined && { allowedHosts }),
  };
}

type External = NonNullable<ToofanConfig['external']>;
const mainOf = (external: External) => external.postgres['main'] ?? expect.fail();
const hostMissing = "must be a host's name or address, such as 'localhost' or '::1'";
const noBroker = "must be host:port, such as 'localhost:9092' or '[::1]:9092'";
const at = 'toofan.config.ts: external';

/** Settings that would leave the choice of a host to the client, its environment or another member. */
const malformed: readonly { what: string; change: (external: External) => object; says: string[] }[] = [
  {
    what: 'a Postgres without a host',
    change: (external) => ({ postgres: { main: { ...mainOf(external), host: undefined } } }),
    says: [`${at}.postgres.main.host: must be a string; it is missing`],
  },
  {
    what: 'an empty host',
    change: (external) => ({ postgres: { main: { ...mainOf(external), host: '' } }, redis: { host: '', port: 1 } }),
    says: [`${at}.postgres.main.host: ${hostMissing}: ""`, `${at}.redis.host: ${hostMissing}: ""`],
  },
  {
    what: 'a socket, a URL and a list for a host',
    change: (external) => ({
      postgres: {
        main: { ...mainOf(external), host: '/run/postgresql' },
        b: { ...mainOf(external), host: 'postgres://db' },
        c: { ...mainOf(external), host: 'localhost,db' },
      },
    }),
    says: ['/run/postgresql', 'postgres://db', 'localhost,db'].map(
      (host, index) => `${at}.postgres.${['main', 'b', 'c'][index]}.host: ${hostMissing}: "${host}"`,
    ),
  },
  {
    what: 'a connection string beside a host',
    change: (external) => ({
      postgres: { main: { ...mainOf(external), connectionString: 'postgres://db.invalid/d' } },
    }),
    says: [`${at}.postgres.main.connectionString: unknown member. Known: host, port, user, password, database.`],
  },
  {
    what: 'sentinels and a path beside the host of Redis',
    change: () => ({ redis: { host: '127.0.0.1', port: 1, path: '/run/redis', sentinels: [{ host: 'db.invalid' }] } }),
    says: ['path', 'sentinels'].map((member) => `${at}.redis.${member}: unknown member. Known: host, port, password.`),
  },
  {
    what: 'a port that is none, and an empty password, user and database',
    change: (external) => ({
      postgres: { main: { ...mainOf(external), port: '5432', user: '', password: '', database: '' } },
    }),
    says: [
      `${at}.postgres.main.port: must be a number: "5432"`,
      ...['user', 'password', 'database'].map((member) => `${at}.postgres.main.${member}: must not be empty: ""`),
    ],
  },
  {
    what: 'brokers without a port, in one text, as a URL and without brackets',
    change: () => ({
      kafka: { brokers: ['localhost', 'a:1,b:2', 'kafka://localhost:9092', '::1:9092', 'localhost:0'] },
    }),
    says: ['localhost', 'a:1,b:2', 'kafka://localhost:9092', '::1:9092', 'localhost:0'].map(
      (broker, index) => `${at}.kafka.brokers[${index}]: ${noBroker}: "${broker}"`,
    ),
  },
  {
    what: 'a Kafka that is none',
    change: () => ({ kafka: null, redis: 'localhost' }),
    says: [`${at}.kafka: must be an object: null`, `${at}.redis: must be an object: "localhost"`],
  },
  {
    what: 'no brokers, and nothing at all',
    change: () => ({ kafka: { brokers: [] }, postgres: undefined }),
    says: [`${at}.kafka.brokers: must not be empty: []`, `${at}.postgres: must be an object; it is missing`],
  },
];

async function refusal(config: ToofanConfig, wanted = needs): Promise<{ exitCode: number; lines: string[] }> {
  try {
    await useExternal(config, wanted);
  } catch (error) {
    if (error instanceof UserError) return { exitCode: error.exitCode, lines: error.message.split('\n') };
    throw error;
  }
  throw new Error('it was not refused');
}

describe('the external stack', () => {
  it('needs addresses', async () => {
    expect(await refusal({})).toMatchObject({ exitCode: 64, lines: [expect.stringContaining('toofan.config.ts')] });
  });

  it('that `toofan up` made is named by its file, and left alone while a shop works with it', async () => {
    const [port = 0] = await freePorts(1);
    const { external = expect.fail() } = configWith('127.0.0.1', port);
    const made = { ...external, source: '.toofan/stack.env' };
    expect((await refusal({ external: made })).lines[0]).toMatch(
      /^\.toofan\/stack\.env: external\.\S+ does not answer: /,
    );
    expect(await refusal({ external: { ...made, usedBy: 'the shop' } })).toEqual({
      exitCode: 64,
      lines: [
        '--stack external: the shop uses these stores, and a drill would empty them; `npx toofan down`, then `npx toofan up` without it',
      ],
    });
  });

  it('names every server that the target needs and the file lacks', async () => {
    const { exitCode, lines } = await refusal({ external: { kafka: { brokers: ['localhost:9092'] }, postgres: {} } });
    expect(exitCode).toBe(65);
    expect(lines).toEqual([
      'toofan.config.ts: external.postgres.main is missing, but the target needs it',
      'toofan.config.ts: external.redis is missing, but the target needs it',
    ]);
  });

  it('refuses another machine, a line for each address', async () => {
    const { exitCode, lines } = await refusal(configWith('db.invalid', 1));
    expect(exitCode).toBe(65);
    expect(lines).toEqual(
      ['external.kafka.brokers', 'external.postgres.main', 'external.redis'].map(
        (path) =>
          `toofan.config.ts: ${path}: db.invalid is not this machine; if load may go there, add it to allowedHosts in toofan.config.ts`,
      ),
    );
  });

  it.each(malformed)('refuses $what and names it', async ({ change, says }) => {
    const { external = expect.fail() } = configWith('127.0.0.1', 1);
    const changed = { ...external, ...change(external) } as unknown as NonNullable<ToofanConfig['external']>;
    const { exitCode, lines } = await refusal({ external: changed });
    expect(exitCode).toBe(65);
    expect(lines).toEqual(says);
  });

  it('refuses a whole that is none', async () => {
    const nothing = { external: null } as unknown as ToofanConfig;
    expect((await refusal(nothing)).lines).toEqual(['toofan.config.ts: external: must be an object: null']);
  });

  it('gives the engine of another machine no right of its own', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://10.0.0.1:2375');
    const { exitCode, lines } = await refusal(configWith('10.0.0.1', 1));
    vi.unstubAllEnvs();
    expect(exitCode).toBe(65);
    expect(lines[0]).toContain('10.0.0.1 is not this machine');
  });

  it('leaves alone what the target does not need', async () => {
    const [port = 0] = await freePorts(1);
    const config = configWith('127.0.0.1', port);
    const { external = expect.fail() } = config;
    const foreign = {
      ...external.postgres,
      other: { host: 'db.invalid', port, user: 'u', password: 'p', database: 'd' },
    };
    const { exitCode } = await refusal({ external: { ...external, postgres: foreign } });
    expect(exitCode).toBe(69);
  });

  it('needs a database for each name', async () => {
    const { external = expect.fail() } = configWith('127.0.0.1', 1);
    const { main = expect.fail() } = external.postgres;
    const two = { ...needs, postgres: { main: { schema: 'schema.sql' }, ledger: { schema: 'schema.sql' } } };
    const { exitCode, lines } = await refusal(
      { external: { ...external, postgres: { main, ledger: { ...main } } } },
      two,
    );
    expect(exitCode).toBe(65);
    expect(lines).toEqual([
      "toofan.config.ts: external.postgres.ledger: the same database as another server's; each needs its own",
    ]);
  });

  it('says which server does not answer, where the host is allowed', async () => {
    const [port = 0] = await freePorts(1);
    const { exitCode, lines } = await refusal(configWith('127.0.0.1', port));
    expect(exitCode).toBe(69);
    expect(lines[0]).toMatch(/^toofan\.config\.ts: external\.\S+ does not answer: /);
    const named = await refusal(configWith('nowhere.invalid', port, ['nowhere.invalid']));
    expect(named.exitCode).toBe(69);
  });
});
