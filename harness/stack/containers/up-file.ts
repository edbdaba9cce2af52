import { createHash, randomBytes } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ExternalStores } from '../../config.ts';
import { badInput, usageError } from '../../errors.ts';
import { schemaProblems } from '../../schema-problems.ts';
import { loopback } from '../stack-plan.ts';
import { databaseName, superuser } from '../postgres-settings.ts';

const upFolder = '.toofan';
/** What `toofan up` keeps in the folder in which it was called: `NAME=value` lines, readable by the owner only. */
export const upFile = join(upFolder, 'stack.env');

/** What docker-compose.yml brings up besides the stores. */
export const upProfiles = ['observe', 'shop'] as const;
export type UpProfile = (typeof upProfiles)[number];

/** Variables of docker-compose.yml and of compose itself, by name. */
export type UpSettings = Readonly<Record<string, string>> & { readonly COMPOSE_PROJECT_NAME: string };

/** Every port that docker-compose.yml publishes on loopback; `variable` changes it, those without one are fixed. */
export interface OpenPort {
  readonly service: string;
  readonly profile?: UpProfile;
  readonly variable?: string;
  readonly port: number;
}
export const openPorts: readonly OpenPort[] = [
  { service: 'kafka', variable: 'TOOFAN_KAFKA_PORT', port: 9_092 },
  { service: 'postgres', variable: 'TOOFAN_POSTGRES_PORT', port: 5_432 },
  { service: 'redis', variable: 'TOOFAN_REDIS_PORT', port: 6_379 },
  { service: 'prometheus', profile: 'observe', variable: 'TOOFAN_PROMETHEUS_PORT', port: 9_090 },
  { service: 'grafana', profile: 'observe', variable: 'TOOFAN_GRAFANA_PORT', port: 3_000 },
  { service: 'toxiproxy', profile: 'shop', variable: 'TOOFAN_TOXIPROXY_PORT', port: 8_474 },
  // Prometheus learns of the workers from a file.
  { service: 'inventory-worker', profile: 'shop', port: 9_471 },
  { service: 'storefront', profile: 'shop', variable: 'TOOFAN_STOREFRONT_PORT', port: 8_080 },
];

const passwords = ['TOOFAN_POSTGRES_PASSWORD', 'TOOFAN_REDIS_PASSWORD', 'TOOFAN_GRAFANA_PASSWORD'];

/** A different one for each folder, and always the same for one folder. */
export const projectOf = (folder: string): string =>
  `toofan-${createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 8)}`;

export const isOurProject = (name: string): boolean => /^toofan-[\da-f]{8}$/.test(name);

/** The ports that `env` changes, by variable; rejects (64) invalid ports. */
export function movedPorts(env: NodeJS.ProcessEnv): Record<string, string> {
  const moved: Record<string, string> = {};
  for (const { variable } of openPorts) {
    const asked = variable === undefined ? undefined : env[variable];
    if (variable === undefined || asked === undefined) continue;
    if (!/^[1-9]\d{0,4}$/.test(asked) || Number(asked) > 65_535)
      throw usageError(`${variable}=${asked}: must be a port from 1 to 65535`);
    moved[variable] = asked;
  }
  return moved;
}

/** Settings for a stack that was never up: new passwords, and the default ports unless `env` changes them. */
export function newSettings(folder: string, env: NodeJS.ProcessEnv): UpSettings {
  const usual = openPorts.flatMap(({ variable, port }) => (variable === undefined ? [] : [[variable, String(port)]]));
  return {
    COMPOSE_PROJECT_NAME: projectOf(folder),
    COMPOSE_PROFILES: '',
    ...Object.fromEntries(usual),
    ...movedPorts(env),
    ...Object.fromEntries(passwords.map((name) => [name, randomBytes(18).toString('base64url')])),
  };
}

export const profilesOf = (settings: UpSettings): readonly UpProfile[] =>
  upProfiles.filter((profile) => settings['COMPOSE_PROFILES']?.split(',').includes(profile));

/** A service's port under these settings. */
export const portOf = (settings: UpSettings, service: string): number => {
  const found = openPorts.find((open) => open.service === service);
  if (found === undefined) throw new Error(`${service} publishes no port`);
  return Number(settings[found.variable ?? ''] ?? found.port);
};

/** The service's page, for one that speaks HTTP. */
export const urlOf = (settings: UpSettings, service: string): string =>
  `http://${loopback}:${portOf(settings, service)}/`;

const port = z.string().regex(/^[1-9]\d{0,4}$/, { error: 'must be a port' });
const secret = z.string().min(1);

const upShape = z.strictObject({
  COMPOSE_PROJECT_NAME: z.string().min(1),
  COMPOSE_PROFILES: z.string().optional(),
  ...Object.fromEntries(
    openPorts.flatMap(({ variable }) => (variable === undefined ? [] : [[variable, port.optional()]])),
  ),
  ...Object.fromEntries(passwords.map((name) => [name, secret])),
});

/**
 * Undefined if nothing is up as far as this folder knows; a file without passwords does not count. Rejects (65) anything in it
 * that `toofan up` does not write.
 */
export async function readUpFile(folder: string): Promise<UpSettings | undefined> {
  const text = await readFile(join(folder, upFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw badInput(`${upFile}: cannot be read (${error.message})`);
  });
  if (text === undefined) return undefined;
  const settings = Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  const { COMPOSE_PROJECT_NAME } = settings;
  if (!COMPOSE_PROJECT_NAME || passwords.some((name) => !settings[name])) return undefined;
  const problems = schemaProblems(upShape, settings).map((problem) => `${upFile}: ${problem}`);
  if (problems.length > 0)
    throw badInput(`${problems.join('\n')}\nFix it by hand: its passwords are stored nowhere else.`);
  return { ...settings, COMPOSE_PROJECT_NAME };
}

/** Written so that nobody else can read it and git ignores it. */
export async function writeUpFile(folder: string, settings: UpSettings): Promise<void> {
  await mkdir(join(folder, upFolder), { recursive: true, mode: 0o700 });
  await writeFile(join(folder, upFolder, '.gitignore'), '*\n');
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, upFile), `# Made by \`toofan up\`, removed by \`toofan down\`.\n${lines.join('')}`, {
    mode: 0o600,
  });
}

export const removeUpFile = (folder: string): Promise<void> =>
  rm(join(folder, upFolder), { recursive: true, force: true });

/** The addresses of the stores that `toofan up` has started. */
export function storesOf(settings: UpSettings): ExternalStores {
  const host = loopback;
  const password = (name: string) => settings[name] ?? '';
  return {
    kafka: { brokers: [`${host}:${portOf(settings, 'kafka')}`] },
    postgres: {
      main: {
        host,
        port: portOf(settings, 'postgres'),
        user: superuser,
        password: password('TOOFAN_POSTGRES_PASSWORD'),
        database: databaseName,
      },
    },
    redis: { host, port: portOf(settings, 'redis'), password: password('TOOFAN_REDIS_PASSWORD') },
    source: upFile,
    ...(profilesOf(settings).includes('shop') && { usedBy: 'the shop of `toofan up --shop`' }),
  };
}
