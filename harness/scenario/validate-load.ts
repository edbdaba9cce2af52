import { didYouMean } from './did-you-mean.ts';
import type { LoadPhase, Scenario } from './scenario.ts';
import { durationMs, longestDrillMs } from './time.ts';

/** Anything above is a typo: a rate that no client can send, a day that nobody waits for. */
const maxPerSecond = 1_000_000;
/** A recording in milliseconds read as seconds lasts a thousand times as long. */
const maxReplayMs = 6 * 3_600_000;
const maxReplayStepMs = 3_600_000;
/** With four times as many held ready, k6 takes some 9 GB. */
const maxVisitors = 20_000;

export const shown = (value: unknown) => JSON.stringify(value) ?? String(value);
const notDuration = (path: string, value: unknown) =>
  `${path}: must be a duration such as '500ms', '5s', '30min': ${shown(value)}`;

export function positive(path: string, value: unknown, max: number): string[] {
  if (typeof value === 'number' && value > 0 && value <= max) return [];
  return [`${path}: must be a number above 0, at most ${max.toLocaleString('en')}: ${shown(value)}`];
}

function rate(path: string, value: unknown): string[] {
  if (typeof value === 'number' && value >= 0 && value <= maxPerSecond) return [];
  return [`${path}: must be a rate per second from 0 to ${maxPerSecond.toLocaleString('en')}: ${shown(value)}`];
}

export function span(path: string, value: unknown, least = 0): string[] {
  const found = durationMs(value);
  if (found === undefined) return [notDuration(path, value)];
  if (found > longestDrillMs) return [`${path}: must not exceed a day: ${shown(value)}`];
  return found < least ? [`${path}: must be longer than 0: ${shown(value)}`] : [];
}

/** Problems of each phase by itself. */
export const loadPhases = ({ load, loadScale = 1 }: Scenario): string[] =>
  load.flatMap((phase, index) => {
    const path = `load[${index}]`;
    const problems = loadPhase(phase, path, index === 0);
    return problems.length > 0 ? problems : scaled(phase, path, loadScale);
  });

/** Rates that only `loadScale` pushes beyond what can be sent. */
const scaled = (phase: LoadPhase, path: string, loadScale: number): string[] =>
  peakOf(phase) * loadScale <= maxPerSecond
    ? []
    : [
        `${path}: ${peakOf(phase)} per second times loadScale ${loadScale} exceeds ${maxPerSecond.toLocaleString('en')} per second`,
      ];

/** The highest rate that a phase names; 0 if it names none. */
function peakOf(phase: LoadPhase): number {
  switch (phase.shape) {
    case 'steady':
      return phase.perSecond;
    case 'ramp':
      return Math.max(phase.from ?? 0, phase.to);
    case 'replay':
      return (phase.points ?? []).reduce((most, [, perSecond]) => Math.max(most, perSecond), 0);
    default:
      return phase.to;
  }
}

const length = (value: unknown): number => durationMs(value) ?? Number.NaN;

/** A phase's duration in ms; NaN if it has none. */
function lengthOf(phase: LoadPhase): number {
  switch (phase.shape) {
    case 'ramp':
      return length(phase.within);
    case 'surge':
      return length(phase.within) + length(phase.hold);
    case 'replay':
      return (((phase.points?.at(-1)?.[0] ?? 0) - (phase.points?.[0]?.[0] ?? 0)) * 1_000) / phase.speed;
    default:
      return length(phase.for);
  }
}

/** How many shoppers are inside at once at the peak; k6 holds each of them ready before the load begins. */
export function visitors({ load, loadScale = 1, visits }: Scenario): string[] {
  const lastsMs = durationMs(visits?.lasts);
  if (visits === undefined || lastsMs === undefined) return [];
  const perSecond = (Math.max(0, ...load.map(peakOf)) * loadScale) / visits.everyNth;
  const inside = Math.ceil((perSecond * lastsMs) / 1_000);
  return !(inside > maxVisitors)
    ? []
    : [
        `visits.lasts: ${visits.lasts} at ${Math.ceil(perSecond).toLocaleString('en')} visits per second means ${inside.toLocaleString('en')} visitors at once, more than ${maxVisitors.toLocaleString('en')}`,
      ];
}

/** Problems with the duration of a replayed recording. */
function replayed(phase: Extract<LoadPhase, { shape: 'replay' }>, path: string): string[] {
  const { points = [], speed } = phase;
  const lengthMs = lengthOf(phase);
  const longestStepMs = points
    .slice(1)
    .reduce(
      (longest, [second], index) => Math.max(longest, ((second - (points[index]?.[0] ?? second)) * 1_000) / speed),
      0,
    );
  if (!(lengthMs > maxReplayMs || longestStepMs > maxReplayStepMs)) return [];
  return [
    `${path}.file: ${shown(phase.file)} lasts ${(lengthMs / 3_600_000).toFixed(1)} h at speed ${speed}; were its seconds milliseconds? Divide them by 1000, or give it a higher speed`,
  ];
}

function loadPhase(phase: LoadPhase, path: string, isFirst: boolean): string[] {
  const unknownShape = `${path}.shape: unknown: ${shown(phase.shape)}.${didYouMean(phase.shape, ['steady', 'ramp', 'surge', 'decay', 'replay'])}`;
  const noRateBefore = isFirst
    ? [`${path}: starts from the previous rate, but is the first phase; put a steady phase first`]
    : [];
  switch (phase.shape) {
    case 'steady':
      return [...rate(`${path}.perSecond`, phase.perSecond), ...span(`${path}.for`, phase.for, 1)];
    case 'ramp':
      return [
        ...(phase.from === undefined ? noRateBefore : rate(`${path}.from`, phase.from)),
        ...rate(`${path}.to`, phase.to),
        ...span(`${path}.within`, phase.within, 1),
      ];
    case 'surge':
      return [
        ...noRateBefore,
        ...rate(`${path}.to`, phase.to),
        ...span(`${path}.within`, phase.within),
        ...span(`${path}.hold`, phase.hold),
      ];
    case 'decay':
      return [
        ...noRateBefore,
        ...rate(`${path}.to`, phase.to),
        ...span(`${path}.halfLife`, phase.halfLife, 1),
        ...span(`${path}.for`, phase.for, 1),
      ];
    case 'replay':
      return [
        ...positive(`${path}.speed`, phase.speed, 10_000),
        ...((phase.points?.length ?? 0) >= 2
          ? replayed(phase, path)
          : [`${path}.file: a curve needs at least two points: ${shown(phase.file)}`]),
      ];
    default:
      return [unknownShape];
  }
}

/** Problems of the phases together. */
export function wholeLoad(scenario: Scenario): string[] {
  if (scenario.load.length === 0) return ['load: needs at least one phase'];
  const problems: string[] = [];
  const lengthMs = scenario.load.reduce((sum, phase) => sum + lengthOf(phase), 0);
  if (lengthMs > longestDrillMs)
    problems.push(`load: lasts ${(lengthMs / 3_600_000).toFixed(1)} h in total, longer than a day`);
  const names = scenario.load.map((phase) => phase.name);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index)
      problems.push(`load[${index}].name: '${name}' already used by load[${names.indexOf(name)}]; choose another`);
  });
  if (scenario.load.every((phase) => phase.warmUp === true))
    problems.push('load: only warm-up; the objectives would have nothing to judge');
  const firstReal = scenario.load.findIndex((phase) => phase.warmUp !== true);
  scenario.load.forEach((phase, index) => {
    if (phase.warmUp === true && firstReal >= 0 && index > firstReal)
      problems.push(`load[${index}].warmUp: warm-up comes first; story time starts where it ends`);
  });
  return problems;
}
