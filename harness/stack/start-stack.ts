import type { ToofanConfig } from '../config.ts';
import { UserError, unavailable } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import type { Session } from '../session/session.ts';
import { askPostgres, askRedis } from './answers.ts';
import { useExternal } from './external/use-external.ts';
import { engineElsewhere, findEngine, type EngineState } from './containers/find-engine.ts';
import { imagesOf, presentImages, pullImage } from './containers/images.ts';
import { startLocal } from './local/start-local.ts';
import type { RunningStores } from './stack-plan.ts';
import { resetStores } from './reset/reset.ts';
import { orSilentStores } from './silent-stores.ts';
import type { Stack, StackKind, StackNeeds } from './stack.ts';
import type { Consent } from './external/their-stores.ts';
import { installDocker } from './tools/on-path.ts';

export interface StackOptions {
  readonly session: Session;
  readonly config: ToofanConfig;
  /** Gets a progress line now and then while something is fetched or built for the first time. */
  readonly progress: (line: string) => void;
  /** For external stores. */
  readonly consent?: Consent;
}

/** For all images together; `auto` waits less, because the local stack is ready sooner. */
const pullWithinMs = { auto: 180_000, containers: 900_000 };

/**
 * Starts the stores, or connects to existing ones, and brings them to a clean state. `auto`: containers if a Docker engine
 * answers and has the images or can pull them, else local processes. Rejects with what to install (69) if the machine offers
 * neither.
 */
export async function startStack(choice: 'auto' | StackKind, needs: StackNeeds, options: StackOptions): Promise<Stack> {
  const { session, config, progress, consent } = options;
  const made = async (kind: StackKind, reason: string, stores: RunningStores) =>
    cleanStack(kind, reason, stores, needs);
  if (choice === 'external') return made('external', 'as requested', await useExternal(config, needs, consent));
  if (choice === 'local') return made('local', 'as requested', await startLocal(session, needs, progress));

  const containers = await readyForContainers(config, progress, pullWithinMs[choice]);
  if ('engine' in containers) {
    // A heavy module, and only this branch needs it.
    const { startContainers } = await import('./containers/start-containers.ts');
    const reason =
      choice === 'auto' ? `Docker ${containers.engine.version} answers and has the images` : 'as requested';
    return made(
      'containers',
      reason,
      await startContainers(session, containers.engine, imagesOf(config), needs, progress),
    );
  }
  if (choice === 'containers') throw unavailable(`no container stack: ${containers.lacking}`);
  progress(`local stack, because ${containers.lacking}`);
  return made('local', containers.lacking, await startLocalInstead(session, needs, progress, containers.lacking));
}

async function startLocalInstead(
  session: Session,
  needs: StackNeeds,
  progress: (line: string) => void,
  noContainers: string,
): Promise<RunningStores> {
  try {
    return await startLocal(session, needs, progress);
  } catch (error) {
    if (!(error instanceof UserError) || error.exitCode !== ExitCode.unavailable) throw error;
    throw unavailable(
      `this machine can run no stack.\n  containers: ${noContainers}. Install Docker: ${installDocker()}\n  local: ${error.message}`,
      error,
    );
  }
}

/** The engine, with all images present; else why there can be no containers. Reports each image that is fetched. */
async function readyForContainers(
  config: ToofanConfig,
  progress: (line: string) => void,
  withinMs: number,
): Promise<{ engine: Extract<EngineState, { state: 'answers' }> } | { lacking: string }> {
  const engine = await findEngine();
  if (engine.state !== 'answers') return { lacking: engine.why };
  if (await engineElsewhere(engine.address)) {
    return {
      lacking: `the Docker engine at ${engine.address} runs on another machine, but the stores listen on loopback only`,
    };
  }
  const images = Object.values(imagesOf(config));
  const present = await presentImages(engine.engine, images);
  const deadline = Date.now() + withinMs;
  for (const image of images.filter((name) => !present.has(name))) {
    progress(`pulling image ${image} (once)`);
    try {
      await pullImage(engine.engine, image, Math.max(1, deadline - Date.now()));
    } catch (error) {
      return { lacking: (error as Error).message };
    }
  }
  return { engine };
}

async function cleanStack(kind: StackKind, reason: string, stores: RunningStores, needs: StackNeeds): Promise<Stack> {
  const { parts, proxies, logVolume, direct, forTarget } = stores;
  const end = () => stores.end();
  const reset = stores.reset ?? ((wanted: StackNeeds) => resetStores({ direct, forTarget }, wanted));
  try {
    await reset(needs);
    const versions = await serverVersions(stores);
    return {
      kind,
      reason,
      versions,
      direct,
      forTarget,
      parts,
      proxies,
      logVolume,
      stampedBy: 'broker',
      lockLosses: stores.lockLosses,
      reset,
      [Symbol.asyncDispose]: end,
    };
  } catch (error) {
    const failure = await orSilentStores(error, direct);
    await end();
    throw failure;
  }
}

async function serverVersions({ direct, kafkaVersion }: RunningStores): Promise<Record<string, string>> {
  const versions: Record<string, string> = { kafka: kafkaVersion };
  for (const [name, address] of Object.entries(direct.postgres))
    versions[`postgres:${name}`] = await askPostgres(address);
  if (direct.redis !== undefined) versions.redis = await askRedis(direct.redis);
  return versions;
}
