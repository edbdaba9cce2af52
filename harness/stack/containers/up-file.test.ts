import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { movedPorts, newSettings, readUpFile, removeUpFile, storesOf, upFile, writeUpFile } from './up-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'up-file-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('keeps what was settled where only its owner reads it and git does not look', async () => {
  expect(await readUpFile(folder)).toBeUndefined();
  const settings = newSettings(folder, { TOOFAN_KAFKA_PORT: '19092' });
  await writeUpFile(folder, settings);
  expect(await readUpFile(folder)).toEqual(settings);
  expect((await stat(join(folder, upFile))).mode & 0o777).toBe(0o600);
  expect(await readFile(join(folder, '.toofan/.gitignore'), 'utf8')).toBe('*\n');
  // A lost password cannot be recovered.
  await writeFile(join(folder, upFile), 'COMPOSE_PROJECT_NAME=toofan-1\nTOOFAN_REDIS_PASSWORD=\n');
  expect(await readUpFile(folder)).toBeUndefined();
  await writeUpFile(folder, { ...settings, TOOFAN_REDIS_PORT: 'x', TOOFAN_KAFKA_PROT: '1' });
  await expect(readUpFile(folder)).rejects.toThrow(
    `${upFile}: TOOFAN_REDIS_PORT: must be a port: "x"\n` +
      `${upFile}: TOOFAN_KAFKA_PROT: unknown member. Did you mean 'TOOFAN_KAFKA_PORT'?\n` +
      'Fix it by hand: its passwords are stored nowhere else.',
  );
  await removeUpFile(folder);
  await expect(stat(join(folder, '.toofan'))).rejects.toThrow('ENOENT');
});

it('makes passwords that nobody has twice, and a name that a folder has always', () => {
  const [one, other] = [newSettings(folder, {}), newSettings(folder, {})];
  expect(one.COMPOSE_PROJECT_NAME).toMatch(/^toofan-[0-9a-f]{8}$/);
  expect(other.COMPOSE_PROJECT_NAME).toBe(one.COMPOSE_PROJECT_NAME);
  expect(newSettings(tmpdir(), {}).COMPOSE_PROJECT_NAME).not.toBe(one.COMPOSE_PROJECT_NAME);
  const passwords = [one, other].flatMap((settings) =>
    Object.entries(settings).flatMap(([name, value]) => (name.endsWith('_PASSWORD') ? [value] : [])),
  );
  expect(new Set(passwords).size).toBe(6);
  for (const password of passwords) expect(password).toMatch(/^[\w-]{24}$/);
});

it('moves the ports that it is told to, and no others', () => {
  expect(movedPorts({ TOOFAN_GRAFANA_PORT: '13000', PATH: '/bin' })).toEqual({ TOOFAN_GRAFANA_PORT: '13000' });
});

it.each(['0', '65536', '90x', ''])('refuses %j for a port', (port) => {
  expect(() => newSettings(folder, { TOOFAN_REDIS_PORT: port })).toThrow(
    `TOOFAN_REDIS_PORT=${port}: must be a port from 1 to 65535`,
  );
});

it('says where the stores are, and who works with them', () => {
  const settings = newSettings(folder, { TOOFAN_POSTGRES_PORT: '15432' });
  const { TOOFAN_POSTGRES_PASSWORD, TOOFAN_REDIS_PASSWORD } = settings;
  expect(storesOf(settings)).toEqual({
    kafka: { brokers: ['127.0.0.1:9092'] },
    postgres: {
      main: {
        host: '127.0.0.1',
        port: 15_432,
        user: 'postgres',
        password: TOOFAN_POSTGRES_PASSWORD,
        database: 'toofan',
      },
    },
    redis: { host: '127.0.0.1', port: 6_379, password: TOOFAN_REDIS_PASSWORD },
    source: upFile,
  });
  expect(storesOf({ ...settings, COMPOSE_PROFILES: 'observe,shop' }).usedBy).toBe('the shop of `toofan up --shop`');
});
