import { badInput, UserError, unavailable } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { expectedLoad } from '../load/expected-load.ts';
import { compileLoad } from '../load/load-curve.ts';
import type { Registry } from '../registry.ts';
import { upText } from '../report/up.ts';
import { removeLabelled, type ContainerEngine } from '../session/container-engine.ts';
import { askKafka, askPostgres, askRedis } from '../stack/answers.ts';
import {
  partsOf,
  projectLabel,
  requireCompose,
  requireEngine,
  runCompose,
  untilHealthy,
  upLabel,
  type Compose,
} from '../stack/containers/compose.ts';
import { isFree } from '../stack/ports.ts';
import { resetStores } from '../stack/reset/reset.ts';
import {
  isOurProject,
  movedPorts,
  newSettings,
  openPorts,
  portOf,
  profilesOf,
  projectOf,
  readUpFile,
  removeUpFile,
  storesOf,
  upFile,
  upProfiles,
  urlOf,
  writeUpFile,
  type UpProfile,
  type UpSettings,
} from '../stack/containers/up-file.ts';
import type { Surroundings } from './run.ts';

export interface UpOptions {
  /** Also Prometheus and Grafana. */
  readonly observe: boolean;
  /** Also the storefront and the streaming pipeline behind it, with full shelves. */
  readonly shop: boolean;
}

/** By then the images exist, or compose has fetched them. */
const healthyWithinMs = 180_000;
const engineWithinMs = 60_000;
const answersWithinMs = 5_000;

/** The opening stock comes from this scenario's world. */
const shop = { target: 'inventory/storefront', scenario: 'smoke', seed: 1 };

interface Up {
  readonly compose: Compose;
  readonly engine: ContainerEngine;
  readonly address: string;
  readonly settings: UpSettings;
  readonly around: Surroundings;
}

/**
 * `toofan up`: brings up the stores of docker-compose.yml, with anything else that was asked for, until they are healthy and
 * answer; what is already up stays. Keeps their addresses in the folder, where `--stack external` finds them. Rejects (69) if
 * something is missing, a port is in use or a part does not come up; what was started stays, for inspection.
 */
export async function up(options: UpOptions, around: Surroundings): Promise<ExitCode> {
  const { folder, signal, stdout } = around;
  const [compose, { engine, address }] = [await requireCompose(), await requireEngine()];
  const kept = ofOurs(await readUpFile(folder));
  const before = kept === undefined ? newSettings(folder, process.env) : { ...kept, ...movedPorts(process.env) };
  const profiles = upProfiles.filter((profile) => options[profile] || profilesOf(before).includes(profile));
  const settings = { ...before, COMPOSE_PROFILES: profiles.join(',') };
  await requireRoom(engine, settings, kept !== undefined);
  await writeUpFile(folder, settings);
  const stack = { compose, engine, address, settings, around };
  try {
    await start(stack, profiles);
  } catch (error) {
    if (!signal.aborted) throw hinted(error);
    if (kept === undefined) await removeAll(engine, settings.COMPOSE_PROJECT_NAME, folder);
    throw error;
  }
  stdout.write(upText(settings));
  return ExitCode.pass;
}

/** `toofan down`: removes everything that `toofan up` made in this folder; `keep` keeps its data for the next `up`. */
export async function down({ keep }: { readonly keep: boolean }, around: Surroundings): Promise<ExitCode> {
  const { folder, stdout, signal } = around;
  const { engine, address } = await requireEngine();
  const settings = ofOurs(await readUpFile(folder));
  const project = settings?.COMPOSE_PROJECT_NAME ?? projectOf(folder);
  const nothing = 'Nothing to remove: `toofan up` started nothing from this folder.\n';
  if (keep) {
    const parts = settings === undefined ? [] : await partsOf(engine, project);
    if (settings !== undefined && parts.length > 0) {
      const all = { ...settings, COMPOSE_PROFILES: upProfiles.join(',') };
      await runCompose(await requireCompose(), ['down', '--remove-orphans'], { settings: all, address, signal });
    }
    const kept = `Removed ${parts.length} containers and kept their data; \`npx toofan up\` brings them back.\n`;
    stdout.write(parts.length > 0 ? kept : nothing);
    return ExitCode.pass;
  }
  const removed = await removeAll(engine, project, folder);
  stdout.write(removed === 0 ? nothing : `Removed ${removed} containers, networks and volumes.\n`);
  return ExitCode.pass;
}

/** The file names the project to take down: refused (65) if `toofan up` never gives such a name. */
function ofOurs(settings: UpSettings | undefined): UpSettings | undefined {
  const name = settings?.COMPOSE_PROJECT_NAME;
  if (name === undefined || isOurProject(name)) return settings;
  throw badInput(
    `${upFile}: COMPOSE_PROJECT_NAME=${name} is not a name that \`toofan up\` gives, so nothing is touched; remove the file`,
  );
}

/** Numbers of containers, networks and volumes. */
async function removeAll(engine: ContainerEngine, project: string, folder: string): Promise<number> {
  const removed = await removeLabelled(engine, [projectLabel(project), upLabel], engineWithinMs);
  await removeUpFile(folder);
  return removed;
}

/** Rejects (69) unless the ports are free and nothing is left of a stack whose passwords are lost. */
async function requireRoom(engine: ContainerEngine, settings: UpSettings, known: boolean): Promise<void> {
  const parts = await partsOf(engine, settings.COMPOSE_PROJECT_NAME);
  if (!known && parts.length > 0)
    throw unavailable(
      `containers of an earlier \`toofan up\` still exist, but their passwords were lost with ${upFile}; \`npx toofan down\` removes them`,
    );
  const running = new Set(parts.filter(({ state }) => state !== 'failed').map(({ service }) => service));
  const wanted = openPorts.filter(
    ({ service, profile }) =>
      !running.has(service) && (profile === undefined || profilesOf(settings).includes(profile)),
  );
  const taken: string[] = [];
  for (const { service, variable } of wanted) {
    const port = portOf(settings, service);
    if (await isFree(port)) continue;
    const mend = variable === undefined ? '' : `, or put ${variable}=${otherPort(port)} before the command`;
    taken.push(`port ${port} of ${service} is in use: stop what listens there${mend}`);
  }
  if (taken.length > 0) throw unavailable(taken.join('\n'));
}

/** A port to suggest; whether it is free shows when it is used. */
const otherPort = (port: number) => (port < 50_000 ? port + 10_000 : port - 10_000);

/** The stores first: what uses them needs its tables, filled. */
async function start(stack: Up, profiles: readonly UpProfile[]): Promise<void> {
  const { engine, settings, around } = stack;
  if (profiles.includes('shop')) {
    const parts = await partsOf(engine, settings.COMPOSE_PROJECT_NAME);
    if (!parts.some(({ service }) => service === 'storefront')) {
      await bringUp(stack, []);
      await openShop(around.registry, settings);
    }
  }
  await bringUp(stack, profiles);
}

async function bringUp(stack: Up, profiles: readonly UpProfile[]): Promise<void> {
  const { compose, engine, address, settings, around } = stack;
  const { signal, registry } = around;
  const images = Object.entries(registry.config.images ?? {});
  const variables = {
    ...settings,
    ...Object.fromEntries(images.map(([name, image]) => [`TOOFAN_${name.toUpperCase()}_IMAGE`, image])),
    COMPOSE_PROFILES: profiles.join(','),
  };
  // Our own image from the newest sources; a named image is used as it is.
  const build = profiles.includes('shop') && process.env['TOOFAN_SIMULATORS_IMAGE'] === undefined ? ['--build'] : [];
  await runCompose(compose, ['up', '--detach', ...build], { settings: variables, address, signal });
  await untilHealthy(engine, settings.COMPOSE_PROJECT_NAME, healthyWithinMs, signal);
  await requireAnswers(settings, profiles);
}

/** Healthy inside its container does not mean reachable from outside. */
async function requireAnswers(settings: UpSettings, profiles: readonly UpProfile[]): Promise<void> {
  const { kafka, postgres, redis } = storesOf(settings);
  const answers = async (service: string, ask: () => Promise<unknown>, advice = '') => {
    await ask().catch((error: unknown) => {
      throw unavailable(
        `${service} is healthy in its container but does not answer at 127.0.0.1:${portOf(settings, service)}: ${(error as Error).message}${advice}`,
        error,
      );
    });
  };
  await answers('kafka', () => askKafka(kafka));
  for (const address of Object.values(postgres)) await answers('postgres', () => askPostgres(address));
  if (redis !== undefined) await answers('redis', () => askRedis(redis));
  const pages = { observe: ['prometheus', 'grafana'], shop: ['storefront'] };
  const advice = '; with Docker Desktop, turn on "Enable host networking" in Settings, Resources, Network';
  for (const service of profiles.flatMap((profile) => pages[profile]))
    await answers(
      service,
      () => fetch(urlOf(settings, service), { signal: AbortSignal.timeout(answersWithinMs) }),
      pages.observe.includes(service) ? advice : '',
    );
}

/** Topics, tables and stock, the same as for a drill. */
async function openShop({ targets, scenarios, domains }: Registry, settings: UpSettings): Promise<void> {
  const [target, scenario] = [targets.get(shop.target), scenarios.get(shop.scenario)];
  const domain = domains.get(target?.domain ?? '');
  if (target === undefined || scenario === undefined || domain === undefined)
    throw new Error(`the shop needs ${shop.target} and ${shop.scenario}, and one of them is missing`);
  const load = expectedLoad(compileLoad(scenario.load, 1), scenario.mix);
  const stores = storesOf(settings);
  await resetStores({ direct: stores, forTarget: stores }, target.needs);
  await target.prepare(stores, domain.openWorld(scenario.world, shop.seed, load));
}

function hinted(error: unknown): unknown {
  if (!(error instanceof UserError)) return error;
  return new UserError(error.exitCode, `${error.message}\n\`npx toofan down\` removes what was started.`, {
    cause: error,
  });
}
