import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { busyNow } from '../drill/quiet-machine.ts';
import { ExitCode } from '../exit-code.ts';
import { clearlySlower, loadScaleFor, speedOf } from '../judge/calibration.ts';
import { calibrate } from '../observe/machine/calibrate.ts';
import { Machine } from '../observe/machine/machine.ts';
import { fiveTimesASecondMs, type Reading } from '../observe/probe.ts';
import { doctorText, type Finding } from '../report/doctor.ts';
import type { Calibration, Scenario } from '../scenario/scenario.ts';
import { examine } from './examine-machine.ts';
import { temporaryFolder } from '../session/temporary-folder.ts';
import { findJava } from '../stack/tools/on-path.ts';
import type { Surroundings } from './run.ts';

const looks = 7;
const cost = 'a latency objective missed meanwhile is inconclusive';

/**
 * `toofan doctor`: what this machine offers, how fast it is, and what else keeps it busy now. Exits 69 if something is missing.
 */
export async function doctor({ registry, stdout, colour }: Surroundings): Promise<ExitCode> {
  const temporary = await temporaryFolder();
  const now = await machineFindings();
  const speed = speedFinding(
    await calibrate(temporary, (await findJava())?.path),
    machinesOf([...registry.scenarios.values()]),
  );
  const findings = [...(await examine()), ...now, speed];
  stdout.write(doctorText(findings, { colour, width: stdout.columns ?? 100 }));
  return findings.some(({ status }) => status === 'missing') ? ExitCode.unavailable : ExitCode.pass;
}

/** Whether others keep the machine busy now, and what this system does not offer. */
async function machineFindings(): Promise<Finding[]> {
  using machine = await Machine.open();
  const seen: (readonly Reading[])[] = [];
  for (let look = 0; look < looks; look++) {
    await delay(fiveTimesASecondMs);
    seen.push(machine.look());
  }
  const { busiest, notOffered } = machine;
  const untold: Finding[] =
    notOffered.length === 0
      ? []
      : [
          {
            name: 'machine probe',
            status: 'warning',
            found: '',
            cost: `not available on this system: ${notOffered.join(', ')}`,
            mend: '',
          },
        ];
  return [busyFinding(busyNow(seen, cpus().length, busiest), busiest[0]?.pid), ...untold];
}

/** `busy` in one line, null if it is not; `pid` of the busiest foreign process, if one stands out. */
export function busyFinding(busy: string | null, pid: number | undefined): Finding {
  const name = 'quiet';
  if (busy === null)
    return { name, status: 'ok', found: 'no other process uses much of this machine now', cost: '', mend: '' };
  // Only a person can decide whether it may be stopped.
  const mend = pid === undefined ? '' : `ps -o pid,user,etime,args -p ${pid}`;
  return { name, status: 'warning', found: busy, cost: `${cost}; wait for it to finish, or stop it`, mend };
}

/** A machine from `boundsFor`, and the scenarios that use it. */
interface BoundsMachine {
  readonly machine: Calibration;
  readonly scenarios: readonly string[];
}

/** The machines that scenarios name in `boundsFor`; the most frequent first. */
export function machinesOf(scenarios: readonly Pick<Scenario, 'name' | 'boundsFor'>[]): BoundsMachine[] {
  const groups = Map.groupBy(scenarios, ({ boundsFor }) => JSON.stringify(boundsFor));
  return [...groups.values()]
    .flatMap((group) => {
      const machine = group[0]?.boundsFor;
      return machine === undefined ? [] : [{ machine, scenarios: group.map(({ name }) => name) }];
    })
    .toSorted((a, b) => b.scenarios.length - a.scenarios.length);
}

/** The calibration next to the machines of the scenarios' bounds. */
export function speedFinding(found: Calibration, [usual, ...others]: readonly BoundsMachine[]): Finding {
  const { coreMs, pairMs, fsyncMs, jvmStartMs } = found;
  const jvm = jvmStartMs === undefined ? '' : `, a JVM's start ${shown(jvmStartMs)}`;
  const text = `a core ${shown(coreMs)}, two at once ${shown(pairMs)}, an fsync ${shown(fsyncMs)}${jvm}`;
  const name = 'speed';
  if (usual === undefined) return { name, status: 'ok', found: text, cost: '', mend: '' };
  const speed = speedOf(found, usual.machine);
  const beside = [
    `${text}: ${speed.toFixed(1)}x as fast as the machine the scenarios' bounds are for`,
    ...others.map(
      ({ machine, scenarios }) =>
        `${speedOf(found, machine).toFixed(1)}x as fast as the machine of ${scenarios.join(', ')}`,
    ),
  ].join('; ');
  if (speed >= clearlySlower.cpu) return { name, status: 'ok', found: beside, cost: '', mend: '' };
  return { name, status: 'warning', found: beside, cost, mend: `npx toofan run --load-scale ${loadScaleFor(speed)}` };
}

const shown = (ms: number): string => `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
