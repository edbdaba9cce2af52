import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unavailable } from '../../errors.ts';
import { askEngine, type ContainerEngine } from '../../session/container-engine.ts';
import { ContainerServer } from './container-server.ts';
import { engineElsewhere, findEngine, type EngineState } from './find-engine.ts';
import { logExcerpt } from '../log-excerpt.ts';
import { installCompose, installDocker, onPath } from '../tools/on-path.ts';
import type { UpSettings } from './up-file.ts';
import { lookUntil, NotYet } from '../../eventually.ts';

const run = promisify(execFile);
const answersWithinMs = 20_000;
const pollMs = 250;

export const composeFile = fileURLToPath(new URL('../../../docker-compose.yml', import.meta.url));

export interface Compose {
  /** `docker compose`, or the older standalone program. */
  readonly command: readonly [program: string, ...args: string[]];
  readonly version: string;
}

/** The plugin, else `docker-compose` on PATH; undefined if neither runs. */
export async function findCompose(): Promise<Compose | undefined> {
  for (const command of [['docker', 'compose'], ['docker-compose']] as const) {
    const [program, ...args] = command;
    if ((await onPath(program)) === undefined) continue;
    const answer = await run(program, [...args, 'version', '--short'], { timeout: answersWithinMs }).catch(
      () => undefined,
    );
    const version = answer?.stdout.trim() ?? '';
    if (/^v?\d+\.\d+/.test(version)) return { command, version };
  }
  return undefined;
}

/** Rejects (69), saying what to install, if this machine has none. */
export async function requireCompose(): Promise<Compose> {
  const found = await findCompose();
  if (found === undefined) throw unavailable(`Docker Compose is not installed. Install it: ${installCompose()}`);
  return found;
}

/** The engine on this machine; rejects (69) if none answers, or if it is on another machine. */
export async function requireEngine(): Promise<Extract<EngineState, { state: 'answers' }>> {
  const engine = await findEngine();
  if (engine.state !== 'answers') {
    const mend =
      engine.state === 'forbidden'
        ? 'Allow it: sudo usermod -aG docker "$USER" && newgrp docker'
        : `Install Docker: ${installDocker()}`;
    throw unavailable(`${engine.why}. ${mend}`);
  }
  if (await engineElsewhere(engine.address))
    throw unavailable(
      `the Docker engine at ${engine.address} runs on another machine, but the stack listens on loopback only`,
    );
  return engine;
}

/**
 * One `docker compose …` on our file. Its output goes to standard error. Rejects (69) if it fails, with the signal's reason if
 * that ended it.
 */
export async function runCompose(
  { command }: Compose,
  args: readonly string[],
  { settings, address, signal }: { settings: UpSettings; address: string; signal: AbortSignal },
): Promise<void> {
  const [program, ...own] = command;
  const said = process.stderr.fd;
  const child = spawn(program, [...own, '--file', composeFile, ...args], {
    // The same engine as ours, whatever `docker context` says.
    env: { ...process.env, DOCKER_HOST: address, ...settings },
    stdio: ['ignore', said, said],
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    signal.throwIfAborted();
    if (code !== 0) throw unavailable(`${command.join(' ')} ${args[0]} exited with ${code}; its output is above`);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A container of a project, by its service name. */
export interface UpPart {
  readonly service: string;
  readonly id: string;
  readonly state: 'starting' | 'healthy' | 'failed';
}

/** The label that docker-compose.yml puts on everything from `toofan up`, under any project name. */
export const upLabel = 'toofan.up=true';

/** The label that compose puts on everything it creates for a project. */
export const projectLabel = (project: string): string => `com.docker.compose.project=${project}`;

export async function partsOf(engine: ContainerEngine, project: string): Promise<UpPart[]> {
  const filters = encodeURIComponent(JSON.stringify({ label: [projectLabel(project), upLabel] }));
  const { status, body } = await askEngine(engine, 'GET', `/containers/json?all=1&filters=${filters}`, answersWithinMs);
  if (status !== 200) throw unavailable(`the Docker engine answered ${status}: ${JSON.stringify(body)}`);
  const rows = body as { Id: string; State: string; Status: string; Labels: Record<string, string> }[];
  return rows.map(({ Id: id, State, Status, Labels }) => ({
    id,
    service: Labels['com.docker.compose.service'] ?? id,
    state: stateOf(State, Status),
  }));
}

/** `running`, `Up 3 seconds (healthy)` */
function stateOf(state: string, status: string): UpPart['state'] {
  if (state === 'exited' || state === 'dead' || status.includes('(unhealthy)')) return 'failed';
  return state === 'running' && status.includes('(healthy)') ? 'healthy' : 'starting';
}

/**
 * Resolves once every container of the project is healthy; rejects (69) with the tail of its log if one fails or takes too long.
 */
export async function untilHealthy(
  engine: ContainerEngine,
  project: string,
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const look = async () => {
    const parts = await partsOf(engine, project);
    const failed = parts.find(({ state }) => state === 'failed');
    if (failed !== undefined)
      throw unavailable(`${failed.service} did not start; from its log:\n${await logOf(engine, failed)}`);
    const waiting = parts.find(({ state }) => state === 'starting');
    return waiting === undefined ? undefined : new NotYet(waiting.service);
  };
  const seen = await lookUntil(look, { withinMs, everyMs: pollMs, signal });
  signal.throwIfAborted();
  if (!(seen instanceof NotYet)) return;
  const late = (await partsOf(engine, project)).find(({ service }) => service === seen.why.message);
  throw unavailable(
    `${seen.why.message} is not healthy after ${withinMs / 1000} s; from its log:\n${late === undefined ? '' : await logOf(engine, late)}`,
  );
}

const logOf = async (engine: ContainerEngine, { service, id }: UpPart): Promise<string> =>
  logExcerpt(await new ContainerServer(service, engine, id, () => Promise.resolve()).logs());
