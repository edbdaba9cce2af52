import { agentModule } from '../../faults/agent.ts';
import { needsOfFaults } from '../../faults/registry.ts';
import { objectives as kinds } from '../../judge/objectives/registry.ts';
import { thresholdsOf } from '../../load/drivers/k6/thresholds.ts';
import { type GeneratorOptions, type Generators, startGenerators } from '../../load/generator.ts';
import { requireStores } from '../../stack/silent-stores.ts';
import type { TargetProcesses } from '../../target/processes.ts';
import { startDependencies, startProcesses } from '../../target/start-processes.ts';
import { processesOf } from '../../target/target-shape.ts';
import type { DrillSurroundings } from '../drill-plan.ts';
import { machineOfDrill, type MachineOfDrill } from '../machine-of-drill.ts';
import type { Prepared } from './prepare.ts';

/** Target, dependencies and generators are ready; the machine is watched, and either quiet or reported busy. */
export interface Started extends Prepared {
  readonly processes: TargetProcesses;
  /** The services that the target calls over HTTP; no instances if it calls none. */
  readonly dependencies: TargetProcesses;
  readonly generators: Generators;
  readonly seen: MachineOfDrill;
}

const urlOf = (port: number) => `http://127.0.0.1:${port}`;

/** The second stage. What it starts stops with `held`. */
export async function start(
  prepared: Prepared,
  around: DrillSurroundings,
  held: AsyncDisposableStack,
): Promise<Started> {
  const { plan } = prepared;
  const { scenario, target, historyFolder } = plan;
  const { stack, session, signal, onNote } = around;
  onNote(`Starting ${target.name}`);
  const dependencies = held.use(await startDependencies(session, target, stack.direct));
  const specs = processesOf(target, {
    stack: stack.forTarget,
    timeScale: scenario.timeScale,
    dependencies: Object.fromEntries(dependencies.instances.map(({ spec, port }) => [spec.name, urlOf(port)])),
  });
  const agent = needsOfFaults(scenario).agent === true ? { agent: agentModule } : {};
  const processes = held.use(await startProcesses(session, specs, agent));
  const generators = held.use(
    startGenerators({
      ...plan,
      session,
      loadScale: scenario.loadScale ?? 1,
      targetName: target.name,
      addresses: stack.direct,
      visits: visitsOf(prepared, around, processes),
    }),
  );
  await generators.ready;
  // A pipeline may start without a store that went away meanwhile; drilling it would show nothing.
  await requireStores(stack.direct);
  signal.throwIfAborted();
  const seen = held.use(await machineOfDrill(around, processes, [session.folder, historyFolder]));
  return { ...prepared, processes, dependencies, generators, seen };
}

/** Who visits the target's shop, and its address; undefined without visitors. */
function visitsOf(
  { plan, load }: Prepared,
  { k6, onNote }: DrillSurroundings,
  processes: TargetProcesses,
): GeneratorOptions['visits'] {
  const { visits, objectives } = plan.scenario;
  const { http, name } = plan.target;
  if (visits === undefined || http === undefined) return undefined;
  if (k6 === undefined) throw new Error('the scenario has visits, but k6 was not looked up');
  const [shop] = processes.named(http.process);
  if (shop === undefined) throw new Error(`${name} names ${http.process} as its shop but runs no such process`);
  const bounds = objectives.flatMap((spec) => kinds.get(spec.type)?.k6Threshold?.(spec) ?? []);
  return { k6, visits, plan: load, baseUrl: urlOf(shop.port), thresholds: thresholdsOf(bounds), onNote };
}
