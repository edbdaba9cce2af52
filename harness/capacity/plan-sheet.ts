import type { CapacityHold, CapacityJson } from './capacity-shape.ts';
import { median } from '../statistics/median.ts';
import { vcpuPrices } from './prices.ts';

type PlanSheet = NonNullable<CapacityJson['plan']>;

/** What a sale may bring, in multiples of the normal rate, with the lines of the source text. */
const multiples = [
  { name: '10x: planned in 2019', times: 10, lines: '1708' },
  { name: '15x: came in 2019', times: 15, lines: '1458, 4049' },
  { name: '20x: to be planned for since', times: 20, lines: '4051' },
  { name: '100x: to be designed for', times: 100, lines: '4579' },
];
/** Nothing is said of rates beyond this multiple of one that was held. */
const extrapolatedTo = 2;

export interface PlannedFor {
  /** The scenario's first judged and highest rate, per second. */
  readonly normalPerSecond: number;
  readonly peakPerSecond: number;
  /** The pipeline as it was measured: instances of its processes, and partitions of its input topic that has the fewest. */
  readonly workers: number;
  readonly partitions: number;
}

/** The measured capacity against what a sale may bring; null where no rate was held. */
export function planSheet(
  {
    heldPerSecond,
    failedPerSecond,
    machine,
    holds,
  }: Pick<CapacityJson, 'heldPerSecond' | 'failedPerSecond' | 'machine' | 'holds'>,
  of: PlannedFor,
): PlanSheet | null {
  if (heldPerSecond === null) return null;
  const { normalPerSecond, peakPerSecond, workers, partitions } = of;
  const eachWorker = heldPerSecond / workers;
  const rates = [
    { name: "the scenario's peak", perSecond: peakPerSecond, lines: '' },
    ...multiples.map(({ name, times, lines }) => ({ name, perSecond: times * normalPerSecond, lines })),
  ];
  const cpuSeconds = cpuSecondsPerMillion(holds, heldPerSecond, machine.cpus);
  return {
    ...of,
    rows: rates.map(({ name, perSecond, lines }) => {
      const needed =
        perSecond <= extrapolatedTo * heldPerSecond ? Math.max(workers, Math.ceil(perSecond / eachWorker)) : null;
      return {
        name,
        perSecond,
        lines,
        share: heldPerSecond / perSecond,
        is:
          perSecond <= heldPerSecond
            ? 'held'
            : failedPerSecond !== null && perSecond >= failedPerSecond
              ? 'failed'
              : 'unknown',
        workers: needed,
        partitions: needed === null ? null : Math.max(partitions, needed),
      };
    }),
    cpuSecondsPerMillion: cpuSeconds,
    rupeesPerMillion:
      cpuSeconds === null
        ? []
        : vcpuPrices.map(({ place, rupeesPerHour, line }) => ({
            place,
            line,
            rupees: (cpuSeconds / 3_600) * rupeesPerHour,
          })),
  };
}

/** Of all processes of the drill, stores and generator included, at the rate that was held: seconds of one core for a million operations. */
function cpuSecondsPerMillion(holds: readonly CapacityHold[], heldPerSecond: number, cpus: number): number | null {
  const own = holds.filter(({ perSecond, verdict }) => perSecond === heldPerSecond && verdict === 'held');
  return median(
    own.flatMap(({ ownCpuShare, decidedPerSecond }) =>
      ownCpuShare === null || decidedPerSecond === 0 ? [] : [(ownCpuShare * cpus * 1e6) / decidedPerSecond],
    ),
  );
}
