import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { unavailable } from '../../errors.ts';
import { askEngine, type ContainerEngine } from '../../session/container-engine.ts';
import { isThisMachine } from '../where-load-may-go.ts';
import { homeFolder } from '../tools/cache-folder.ts';

const answersWithinMs = 3_000;

export type EngineState =
  | {
      readonly state: 'answers';
      readonly engine: ContainerEngine;
      /** As in DOCKER_HOST. */
      readonly address: string;
      readonly version: string;
    }
  | { readonly state: 'forbidden' | 'absent'; readonly address: string; readonly why: string };

/**
 * The container engine that this user would reach: DOCKER_HOST, else the current Docker context, else the usual sockets.
 * Distinguishes an engine that denies this user access from one that does not exist.
 */
export async function findEngine(): Promise<EngineState> {
  let first: EngineState | undefined;
  for (const address of await addresses()) {
    const state = await tryEngine(address);
    if (state.state === 'answers') return state;
    if (first === undefined || (first.state === 'absent' && state.state === 'forbidden')) first = state;
  }
  return first ?? { state: 'absent', address: '', why: 'no Docker engine answers' };
}

/** Whether an engine at this address is on another machine, where nothing that listens on loopback can be reached. */
export const engineElsewhere = async (address: string): Promise<boolean> =>
  URL.canParse(address) && new URL(address).protocol !== 'unix:' && !(await isThisMachine(new URL(address).hostname));

/**
 * Testcontainers prefers an engine from its own settings to the one we give it: containers would be created on an engine that
 * nobody checked, perhaps on another machine, where no janitor removes them. Rejects (69) if the settings name one.
 */
export async function requireNoOtherEngine(): Promise<void> {
  const path = join(homeFolder() ?? '/', '.testcontainers.properties');
  const settings = await readFile(path, 'utf8').catch(() => '');
  const [, other] = /^\s*tc\.host\s*[=:]\s*(.*\S)/m.exec(settings) ?? [];
  if (other !== undefined)
    throw unavailable(`${path}: tc.host sends containers to ${other}: remove that line, or use --stack local`);
}

async function addresses(): Promise<string[]> {
  const fromEnvironment = process.env.DOCKER_HOST;
  if (fromEnvironment !== undefined && fromEnvironment !== '') return [fromEnvironment];
  const runtime = process.env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`;
  const home = homeFolder();
  const sockets = [
    '/var/run/docker.sock',
    join(runtime, 'docker.sock'),
    ...(home === undefined ? [] : ['run', 'desktop'].map((kind) => join(home, '.docker', kind, 'docker.sock'))),
  ];
  const context = await contextAddress();
  return [...new Set([...(context === undefined ? [] : [context]), ...sockets.map((path) => `unix://${path}`)])];
}

/** The choice of `docker context use`; Colima, OrbStack and others set it. */
async function contextAddress(): Promise<string | undefined> {
  const folder = process.env.DOCKER_CONFIG ?? join(homeFolder() ?? '/', '.docker');
  try {
    const settings = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')) as { currentContext?: string };
    const name = process.env.DOCKER_CONTEXT ?? settings.currentContext;
    if (name === undefined || name === 'default') return undefined;
    const digest = createHash('sha256').update(name).digest('hex');
    const meta = await readFile(join(folder, 'contexts', 'meta', digest, 'meta.json'), 'utf8');
    return (JSON.parse(meta) as { Endpoints: { docker?: { Host?: string } } }).Endpoints.docker?.Host;
  } catch {
    return undefined; // Docker's client was never set up here, which is no error.
  }
}

async function tryEngine(address: string): Promise<EngineState> {
  try {
    const engine = await parseAddress(address);
    if (engine === undefined)
      return { state: 'absent', address, why: `${address} is neither a socket nor a TCP address` };
    const { status, body } = await askEngine(engine, 'GET', '/version', answersWithinMs);
    if (status !== 200) return { state: 'absent', address, why: `${address} answered ${status}` };
    const { Version: version = 'unknown' } = body as { Version?: string };
    return { state: 'answers', engine, address, version };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EACCES' || code === 'EPERM') {
      return {
        state: 'forbidden',
        address,
        why: `Docker is installed, but this user may not use it (${address}: permission denied)`,
      };
    }
    const why =
      code === 'ENOENT' ? `no Docker engine at ${address}` : `no Docker engine answers at ${address} (${message})`;
    return { state: 'absent', address, why };
  }
}

async function parseAddress(address: string): Promise<ContainerEngine | undefined> {
  if (!URL.canParse(address)) return undefined;
  const { protocol, pathname, hostname, port } = new URL(address);
  if (protocol === 'unix:') return { socketPath: decodeURIComponent(pathname) };
  if (protocol !== 'tcp:' && protocol !== 'http:' && protocol !== 'https:') return undefined;
  if (process.env.DOCKER_TLS_VERIFY !== '1') return { host: hostname, port: Number(port || 2375) };
  const folder = resolve(process.env.DOCKER_CERT_PATH ?? join(homeFolder() ?? '/', '.docker'));
  const [ca, cert, key] = await Promise.all(
    (['ca', 'cert', 'key'] as const).map((name) => readFile(join(folder, `${name}.pem`), 'utf8')),
  );
  if (ca === undefined || cert === undefined || key === undefined) return undefined;
  return { host: hostname, port: Number(port || 2376), tls: { ca, cert, key } };
}
