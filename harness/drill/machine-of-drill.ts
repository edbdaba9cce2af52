import { cpus } from 'node:os';
import type { DrillRecord } from '../history/drill-record.ts';
import { Machine } from '../observe/machine/machine.ts';
import { findEngine } from '../stack/containers/find-engine.ts';
import type { Addresses } from '../stack/stack.ts';
import type { TargetProcesses } from '../target/processes.ts';
import type { DrillSurroundings } from './drill-plan.ts';
import { waitForQuiet, writeBack } from './quiet-machine.ts';

/** The drill's machine, and what was observed of it before the load started. */
export interface MachineOfDrill extends Disposable {
  readonly machine: Machine;
  readonly told: Pick<DrillRecord['machine'], 'busyBefore' | 'notOffered' | 'calibration'>;
}

/** Starts watching the machine. If the drill is to wait, returns once the machine is quiet or the wait has reached its bound. */
export async function machineOfDrill(
  around: DrillSurroundings,
  processes: TargetProcesses,
  folders: readonly string[],
): Promise<MachineOfDrill> {
  const { session, stack, k6, signal, onNote, waitForQuietMachine = true, calibration = null } = around;
  const mayBeContainers = stack.kind !== 'local' || k6?.program.endsWith('docker') === true;
  const engine = mayBeContainers ? await findEngine() : undefined;
  const machine = await Machine.open({
    session,
    engine: engine?.state === 'answers' ? engine.engine : undefined,
    storePorts: portsOf(stack.direct),
    usesOthers: stack.kind === 'external' || processes.instances.length === 0,
  });
  const { notOffered } = machine;
  const end = { [Symbol.dispose]: () => machine[Symbol.dispose]() };
  if (!waitForQuietMachine) return { machine, told: { notOffered, calibration }, ...end };
  try {
    await writeBack(stack, folders, machine, signal, onNote);
    const busyBefore = await waitForQuiet(machine, cpus().length, signal, onNote);
    if (busyBefore !== null) onNote(`The machine is busy; the drill starts anyway: ${busyBefore}`);
    return { machine, told: { busyBefore, notOffered, calibration }, ...end };
  } catch (error) {
    machine[Symbol.dispose]();
    throw error;
  }
}

const portsOf = ({ kafka, postgres, redis }: Addresses): number[] => [
  ...kafka.brokers.map((broker) => Number(broker.slice(broker.lastIndexOf(':') + 1))),
  ...Object.values(postgres).map(({ port }) => port),
  ...(redis === undefined ? [] : [redis.port]),
];
