import type { DrillRecord } from '../history/drill-record.ts';
import type { History } from '../history/reader.ts';
import type { MachineResult } from './judgement.ts';
import { firstSecondAt } from './drill-times.ts';
import { takenFrom } from './taken-from.ts';

/** From here on work waits for a core; the kernel's own threads and what sampling misses use the rest. */
const fullShare = 0.8;

/** A machine is quiet if no larger share of its seconds was taken. */
const quietShare = 0.05;

type Taker = 'stood-still' | 'clock-step' | 'foreign' | 'steal' | 'throttled' | 'memory' | 'disk';

/** What was sampled of the machine in one second, counted from the start of the first phase; null if not sampled. */
interface MachineSecond {
  readonly second: number;
  /** Cores. */
  readonly foreign: number | null;
  readonly steal: number | null;
  readonly own: number | null;
  /** Shares of the second. */
  readonly ioPressure: number | null;
  readonly memoryPressure: number | null;
  readonly throttled: number | null;
  /** MiB/s. */
  readonly swap: number | null;
  readonly written: number | null;
  readonly ownWritten: number | null;
  /** The maximum within the second, ms. */
  readonly fsync: number | null;
  readonly stoodStill: number | null;
  readonly clockStep: number | null;
  /** The foreign process that used most, by name and pid. */
  readonly busiest: string | null;
  /** Who took the machine in that second; null if nobody did. */
  readonly taker: Taker | null;
}

/** The sampled seconds, in order. */
export interface Machine {
  readonly cpus: number;
  readonly seconds: ReadonlyMap<number, MachineSecond>;
}

/** Subjects of the `machine` probe, by the member that holds their value. */
const means = {
  foreign: 'foreign-cpu',
  steal: 'steal',
  own: 'own-cpu',
  ioPressure: 'pressure-io',
  memoryPressure: 'pressure-memory',
  throttled: 'throttled',
  swap: 'swap',
  written: 'written',
  ownWritten: 'own-written',
} as const;
const mosts = { fsync: 'fsync', stoodStill: 'stood-still', clockStep: 'clock-step' } as const;

type Seen = Omit<MachineSecond, 'taker'>;

const mean = (subject: string): string =>
  `sum(value * overlap) FILTER (probe = 'machine' AND subject = '${subject}') / sum(overlap) FILTER (probe = 'machine' AND subject = '${subject}')`;
const most = (subject: string): string => `max(abs(value)) FILTER (probe = 'machine' AND subject = '${subject}')`;

/** What the `machine` probe sampled, second by second: time-weighted means, and maxima for durations. */
export async function machineOf(history: History): Promise<Machine> {
  const { drill } = history;
  const zero = firstSecondAt(drill);
  const end = Math.max(drill.closedAt, drill.loadEndedAt);
  const columns = [
    ...Object.entries(means).map(([name, subject]) => `${mean(subject)} AS "${name}"`),
    ...Object.entries(mosts).map(([name, subject]) => `${most(subject)} AS "${name}"`),
    `arg_max(subject, value ORDER BY subject) FILTER (probe = 'foreign') AS busiest`,
  ];
  const seen =
    !history.probes.has('machine') && !history.probes.has('foreign')
      ? []
      : await history.rows<Seen>(`
    WITH looks AS (
      SELECT probe, subject, value, greatest(coalesce(began_at, "at"), ${zero}) AS b, greatest(least("at", ${end}), coalesce(began_at, "at") + 1, ${zero} + 1) AS e
      FROM samples WHERE probe IN ('machine', 'foreign') AND isfinite(value) AND "at" >= ${zero} AND coalesce(began_at, "at") < ${end}
    ), parts AS (
      SELECT *, unnest(range((b - ${zero}) // 1000000, (e - ${zero} - 1) // 1000000 + 1)) AS s FROM looks
    )
    SELECT s::INTEGER AS second, ${columns.join(', ')}
    FROM (SELECT s, probe, subject, value, greatest(least(e, ${zero} + (s + 1) * 1000000) - greatest(b, ${zero} + s * 1000000), 1) AS overlap FROM parts)
    GROUP BY s ORDER BY s`);
  let stepMs = 0;
  const seconds = new Map<number, MachineSecond>();
  for (const one of seen) {
    // After a step the generator's and the brokers' clocks disagree to the end.
    if ((one.clockStep ?? 0) >= takenFrom.clockStepMs) stepMs = Math.max(stepMs, one.clockStep ?? 0);
    const taker = stepMs > 0 ? 'clock-step' : takerOf(one, drill.machine.cpus);
    seconds.set(one.second, { ...one, clockStep: stepMs, taker });
  }
  return { cpus: drill.machine.cpus, seconds };
}

function takerOf(one: Seen, cpus: number): Taker | null {
  const [foreign, steal] = [one.foreign ?? 0, one.steal ?? 0];
  const isStarvedByOwn = (one.own ?? 0) >= takenFrom.ownCpuShare * cpus;
  if ((one.stoodStill ?? 0) >= takenFrom.stoodStillMs && !isStarvedByOwn) return 'stood-still';
  if (foreign + steal >= takenFrom.cpuShare * cpus) return foreign >= steal ? 'foreign' : 'steal';
  if ((one.throttled ?? 0) >= takenFrom.throttledShare) return 'throttled';
  if ((one.swap ?? 0) >= takenFrom.swapMiBPerSecond || (one.memoryPressure ?? 0) >= takenFrom.memoryStallShare)
    return 'memory';
  const isDiskSlow =
    (one.fsync ?? 0) >= takenFrom.fsyncMs && (one.ioPressure === null || one.ioPressure >= takenFrom.ioStallShare);
  return isDiskSlow && !isOwnWriting(one) ? 'disk' : null;
}

/** Whether the drill's own writes may have kept the disk busy; if that was not counted, they did not. */
const isOwnWriting = ({ written, ownWritten }: Seen): boolean =>
  ownWritten !== null &&
  ownWritten >= takenFrom.ownWrittenMiBPerSecond &&
  (written === null || ownWritten * 2 >= written);

/** Whether every core was busy in a second, whoever used it; assumed so if nothing was sampled. */
export function isFull({ seconds, cpus }: Machine, second: number): boolean {
  const one = seconds.get(second);
  if (one === undefined || one.own === null) return true;
  return one.own + (one.foreign ?? 0) + (one.steal ?? 0) >= fullShare * cpus;
}

/**
 * Who took most of these seconds and how much of the machine, followed by `when`: `foreign processes used 0.9 of 2 cores in 9 of
 * …`.
 */
export function causeIn(machine: Machine, seconds: readonly number[], when = ''): string {
  const taken = seconds.flatMap((second) => {
    const one = machine.seconds.get(second);
    return one === undefined || one.taker === null ? [] : [one];
  });
  const [worst] = [...Map.groupBy(taken, ({ taker }) => taker)].toSorted(([, a], [, b]) => b.length - a.length);
  if (worst?.[0] == null) return `others took the machine${when}`;
  const [taker, its] = worst;
  const whose = taker === 'foreign' ? mostOften(its.flatMap(({ busiest }) => busiest ?? [])) : undefined;
  return `${described(taker, its, machine.cpus)}${when}${whose === undefined ? '' : `, most of it ${whose}`}`;
}

const mostOften = (names: readonly string[]): string | undefined =>
  [...Map.groupBy(names, (name) => name)].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];

type Figure = (name: Exclude<keyof Seen, 'busiest'>) => number;

/** What each taker took: mean and maximum over the seconds that it took. */
const told: Readonly<Record<Taker, (average: Figure, worst: Figure, cpus: number) => string>> = {
  foreign: (average, _, cpus) => `foreign processes used ${average('foreign').toFixed(1)} of ${cpus} cores`,
  steal: (average, _, cpus) => `the hypervisor took ${average('steal').toFixed(1)} of ${cpus} cores`,
  throttled: (average) => `a CPU quota held the drill back for ${percent(average('throttled'))} of the time`,
  memory: (average) =>
    `memory was short (${average('swap').toFixed(0)} MiB/s swapped, tasks waited ${percent(average('memoryPressure'))} of the time)`,
  disk: (_, worst) => `an fsync took up to ${worst('fsync').toFixed(0)} ms, not caused by the drill's own writes`,
  'stood-still': (_, worst) => `the harness stalled for up to ${(worst('stoodStill') / 1000).toFixed(1)} s`,
  'clock-step': (_, worst) => `the clock was stepped by ${worst('clockStep').toFixed(0)} ms`,
};

function described(taker: Taker, seconds: readonly MachineSecond[], cpus: number): string {
  const values = (name: Parameters<Figure>[0]) => seconds.map((one) => one[name] ?? 0);
  const average: Figure = (name) => values(name).reduce((sum, value) => sum + value, 0) / seconds.length;
  return told[taker](average, (name) => Math.max(...values(name)), cpus);
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** The machine's account of the whole drill. */
export function machineResult(machine: Machine, { machine: record }: DrillRecord): MachineResult {
  const seconds = [...machine.seconds.values()];
  const share = (name: 'foreign' | 'steal' | 'ioPressure', outOf: number): number | null => {
    const known = seconds.flatMap((one) => one[name] ?? []);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length / outOf;
  };
  const taken = seconds.filter(({ taker }) => taker !== null);
  const isWatched = seconds.some(({ foreign }) => foreign !== null);
  const isQuiet = isWatched && taken.length <= quietShare * seconds.length && doubtsOfMachine(machine).length === 0;
  return {
    quiet: isQuiet,
    foreignCpuShare: share('foreign', machine.cpus),
    stealShare: share('steal', machine.cpus),
    ioPressureShare: share('ioPressure', 1),
    stoodStillMs: stillOf(machine).reduce((sum, { ms }) => sum + ms, 0),
    note: [
      noteOf(machine, isWatched, isQuiet, taken),
      ...(record.busyBefore == null ? [] : [`before the start: ${record.busyBefore}`]),
      ...(record.notOffered === undefined || record.notOffered.length === 0
        ? []
        : [`unavailable here: ${record.notOffered.join(', ')}`]),
    ].join('; '),
  };
}

function noteOf(machine: Machine, isWatched: boolean, isQuiet: boolean, taken: readonly MachineSecond[]): string {
  if (machine.seconds.size === 0) return 'The machine was not watched: the history has no samples of it';
  const count = `${taken.length} of ${machine.seconds.size} seconds`;
  const cause = causeIn(
    machine,
    taken.map(({ second }) => second),
  );
  if (isQuiet) return taken.length === 0 ? 'The machine was quiet' : `The machine was quiet but for ${count}: ${cause}`;
  if (taken.length > 0) return `Others took the machine in ${count}: ${cause}`;
  return isWatched ? 'No other process took the machine' : 'CPU use by others was not watched';
}

/** Every stretch in which the sampler stood still, by its first second. */
function stillOf({ seconds }: Machine): { readonly second: number; readonly ms: number }[] {
  const stretches: { second: number; ms: number }[] = [];
  let before: MachineSecond | undefined;
  for (const one of seconds.values()) {
    const ms = one.stoodStill ?? 0;
    // A late sample covers the seconds that had none.
    const isSame = before?.second === one.second - 1 && before.stoodStill === one.stoodStill;
    if (ms >= takenFrom.stoodStillMs && !isSame) stretches.push({ second: one.second, ms });
    before = one;
  }
  return stretches;
}

/** What keeps a drill on this machine from passing, whatever was measured. */
export function doubtsOfMachine(machine: Machine): string[] {
  const still = stillOf(machine).map(
    ({ second, ms }) =>
      `The harness stalled for ${(ms / 1000).toFixed(1)} s from +${second} s (stopped, suspended or starved): nothing was watched meanwhile`,
  );
  const step = [...machine.seconds.values()].find(({ clockStep }) => (clockStep ?? 0) >= takenFrom.clockStepMs);
  return step === undefined
    ? still
    : [
        ...still,
        `The clock was stepped by ${(step.clockStep ?? 0).toFixed(0)} ms at +${step.second} s: times before and after cannot be compared`,
      ];
}
