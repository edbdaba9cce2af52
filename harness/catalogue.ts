import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scenarios } from '../scenarios/index.ts';
import { mutants, targets } from '../simulators/index.ts';
import { configProblems } from './config-shape.ts';
import type { ToofanConfig } from './config.ts';
import { inventory } from './domains/inventory/index.ts';
import { kyc } from './domains/kyc/index.ts';
import { wallet } from './domains/wallet/index.ts';
import { badInput, UserError } from './errors.ts';
import { importRunningToofan } from './import-running-toofan.ts';
import type { Registry } from './registry.ts';
import { readUpFile, storesOf } from './stack/containers/up-file.ts';

export const configFile = 'toofan.config.ts';

/**
 * Everything with a name: what comes with Toofan, plus what `toofan.config.ts` in `folder` adds or replaces. Generator processes
 * call this too, so that a name means the same on both sides.
 */
export async function loadRegistry(folder: string): Promise<Registry> {
  const config = await withStores(folder, await loadConfig(folder));
  return {
    scenarios: named([...scenarios, ...(config.scenarios ?? [])]),
    targets: named([...targets, ...mutants.map(({ target }) => target), ...(config.targets ?? [])]),
    mutants: named(mutants),
    domains: named([inventory, kyc, wallet]),
    config,
  };
}

const named = <Thing extends { readonly name: string }>(things: readonly Thing[]) =>
  new Map(things.map((thing) => [thing.name, thing]));

/** The stores of `toofan up`, if the file names none. */
async function withStores(folder: string, config: ToofanConfig): Promise<ToofanConfig> {
  if (config.external !== undefined) return config;
  const settings = await readUpFile(folder);
  return settings === undefined ? config : { ...config, external: storesOf(settings) };
}

async function loadConfig(folder: string): Promise<ToofanConfig> {
  const path = join(folder, configFile);
  if (!existsSync(path)) return {};
  importRunningToofan();
  try {
    const module: { readonly default?: unknown } = await import(pathToFileURL(path).href);
    const config = module.default;
    if (config === undefined) throw new Error('no default export; write `export default defineConfig({ … })`');
    const problems = configProblems(config);
    if (problems.length > 0) throw badInput(problems.map((problem) => `${configFile}: ${problem}`).join('\n'));
    return config as ToofanConfig;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw badInput(`${configFile}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
