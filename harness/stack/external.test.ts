import { describe, expect, it } from 'vitest';
import type { ToofanConfig } from '../config.ts';
import { UserError } from '../errors.ts';
import { isLoopback, useExternal } from './external.ts';
import { freePorts } from './ports.ts';
import type { StackNeeds } from './stack.ts';

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

async function refusal(config: ToofanConfig): Promise<{ exitCode: number; lines: string[] }> {
  try {
    await useExternal(config, needs);
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
        '--stack external: the shop works on these stores, and a drill would empty them; `npx toofan down`, then `npx toofan up` without it',
      ],
    });
  });

  it('names every server that the target needs and the file lacks', async () => {
    const { exitCode, lines } = await refusal({ external: { kafka: { brokers: ['localhost:9092'] }, postgres: {} } });
    expect(exitCode).toBe(65);
    expect(lines).toEqual([
      'toofan.config.ts: external.postgres.main is missing, and the target needs it',
      'toofan.config.ts: external.redis is missing, and the target needs it',
    ]);
  });

  it('refuses another machine, a line for each address', async () => {
    const { exitCode, lines } = await refusal(configWith('db.example.com', 1));
    expect(exitCode).toBe(65);
    expect(lines).toEqual(
      ['external.kafka.brokers', 'external.postgres.main', 'external.redis'].map(
        (path) =>
          `toofan.config.ts: ${path}: db.example.com is not this machine; if load may go there, list it under allowedHosts`,
      ),
    );
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

describe('this machine', () => {
  it.each(['localhost', '127.0.0.1', '127.8.0.1', '::1'])('is %s', (host) => expect(isLoopback(host)).toBe(true));
  it.each(['10.0.0.1', '0.0.0.0', 'localhost.example.com', '127.0.0.1.example.com', '::2', ''])('is not %j', (host) =>
    expect(isLoopback(host)).toBe(false),
  );
});
