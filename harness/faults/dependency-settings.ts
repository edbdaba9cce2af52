import { z } from 'zod';
import { badInput } from '../errors.ts';
import { schemaProblems } from '../schema-problems.ts';
import { askProcess } from '../target/ask-process.ts';
import { dependencySettings, type DependencySettings } from '../target/dependency-settings.ts';
import type { TargetInstance } from '../target/processes.ts';
import { type Span, wallMs } from '../scenario/time.ts';
import { claim } from './claim.ts';
import type { FaultContext, StruckFault } from './fault.ts';

const answersWithinMs = 5_000;
const settingsPath = '/settings';

/** The dependency with that name. */
export function dependencyOf(
  fault: string,
  { dependencies, target }: Pick<FaultContext, 'dependencies' | 'target'>,
  name: string,
): TargetInstance {
  const [instance] = dependencies.named(name);
  if (instance !== undefined) return instance;
  const known = dependencies.instances.map(({ spec }) => spec.name);
  throw badInput(
    known.length === 0
      ? `${fault}: ${target.name} has no dependencies`
      : `${fault}: ${target.name} has no dependency '${name}'; it has ${known.join(', ')}`,
  );
}

/** Its answer to these settings; rejects if it refuses them. */
async function settingsOf(
  dependency: TargetInstance,
  names: readonly (keyof DependencySettings)[],
): Promise<Partial<DependencySettings>> {
  const answer = await askProcess(dependency, settingsPath, { signal: AbortSignal.timeout(answersWithinMs) });
  const said: unknown = await answer.json();
  const shape = z.looseObject(Object.fromEntries(names.map((name) => [name, dependencySettings.shape[name]])));
  const problems = schemaProblems(shape, said, 'settings');
  if (problems.length > 0) throw new Error(`${dependency.name}: GET /settings: ${problems.join('; ')}`);
  return said as Partial<DependencySettings>;
}

/** Changes some settings. */
async function setSettings(dependency: TargetInstance, changes: Partial<DependencySettings>): Promise<void> {
  const answer = await askProcess(dependency, settingsPath, {
    method: 'PUT',
    body: JSON.stringify(changes),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(answersWithinMs),
  });
  const said = await answer.text();
  if (!answer.ok) throw new Error(`${dependency.name} answers ${answer.status} to new settings: ${said}`);
}

/**
 * Changes some settings of a dependency and holds them; `seen` proves that it struck. Healing restores only these: another fault
 * may hold others.
 */
export async function strikeSettings(
  { type, dependency: name, for: span }: { readonly type: string; readonly dependency: string; readonly for: Span },
  context: FaultContext,
  changes: Partial<DependencySettings>,
  seen: (dependency: TargetInstance) => Promise<string>,
): Promise<StruckFault> {
  const dependency = dependencyOf(type, context, name);
  const changed = Object.keys(changes) as (keyof DependencySettings)[];
  const release = claim(dependency, changed);
  let before: Partial<DependencySettings>;
  try {
    before = await settingsOf(dependency, changed);
    await setSettings(dependency, changes);
  } catch (error) {
    release();
    throw error;
  }
  return {
    holdMs: wallMs(span, context.timeScale),
    verify: () => seen(dependency),
    async heal() {
      await setSettings(dependency, Object.fromEntries(changed.map((setting) => [setting, before[setting]])));
      release();
    },
    async verifyHealed() {
      const now = await settingsOf(dependency, changed);
      const wrong = changed.find((setting) => now[setting] !== before[setting]);
      if (wrong !== undefined) throw new Error(`${name} still has ${wrong}: ${now[wrong]}`);
      return `${name} answers as before`;
    },
  };
}

/** One request like the pipeline's: its duration and status; 0 if no answer came in time. */
export async function probe(
  dependency: TargetInstance,
  withinMs: number,
): Promise<{ readonly tookMs: number; readonly status: number }> {
  const begun = performance.now();
  const status = await askProcess(dependency, '/', { signal: AbortSignal.timeout(withinMs) }).then(
    async (answer) => {
      await answer.arrayBuffer();
      return answer.status;
    },
    () => 0,
  );
  return { tookMs: Math.round(performance.now() - begun), status };
}
