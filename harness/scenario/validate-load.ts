import { didYouMean } from './nearest.ts';
import type { LoadPhase, Scenario } from './scenario.ts';
import { durationMs } from './time.ts';

/** Above these a drill is a slip of the keyboard: a rate no client can send, a day that no one waits for. */
const maxPerSecond = 1_000_000;
const maxPhaseMs = 24 * 3_600_000;

export const shown = (value: unknown) => JSON.stringify(value) ?? String(value);
export const notDuration = (path: string, value: unknown) =>
  `${path}: not a duration such as '500ms', '5s', '30min': ${shown(value)}`;

export function positive(path: string, value: unknown, max: number): string[] {
  if (typeof value === 'number' && value > 0 && value <= max) return [];
  return [`${path}: a number above 0, at most ${max.toLocaleString('en')}: ${shown(value)}`];
}

function rate(path: string, value: unknown): string[] {
  if (typeof value === 'number' && value >= 0 && value <= maxPerSecond) return [];
  return [`${path}: a rate per second from 0 to ${maxPerSecond.toLocaleString('en')}: ${shown(value)}`];
}

export function span(path: string, value: unknown, least = 0): string[] {
  const found = durationMs(value);
  if (found === undefined) return [notDuration(path, value)];
  if (found > maxPhaseMs) return [`${path}: longer than a day: ${shown(value)}`];
  return found < least ? [`${path}: must be longer than 0: ${shown(value)}`] : [];
}

/** Problems of each phase by itself. */
export const loadPhases = ({ load }: Scenario): string[] =>
  load.flatMap((phase, index) => loadPhase(phase, `load[${index}]`, index === 0));

function loadPhase(phase: LoadPhase, path: string, isFirst: boolean): string[] {
  const unknownShape = `${path}.shape: unknown: ${shown(phase.shape)}.${didYouMean(phase.shape, ['steady', 'ramp', 'surge', 'decay', 'replay'])}`;
  const noRateBefore = isFirst
    ? [`${path}: begins from the rate before it, and it is the first; put a steady phase first`]
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
          ? []
          : [`${path}.file: a curve has at least two points: ${shown(phase.file)}`]),
      ];
    default:
      return [unknownShape];
  }
}

/** Problems of the phases together. */
export function wholeLoad(scenario: Scenario): string[] {
  if (scenario.load.length === 0) return ['load: at least one phase'];
  const problems: string[] = [];
  const names = scenario.load.map((phase) => phase.name);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index)
      problems.push(
        `load[${index}].name: '${name}' is taken by load[${names.indexOf(name)}]; give it a name of its own`,
      );
  });
  if (scenario.load.every((phase) => phase.warmUp === true))
    problems.push('load: nothing but warm-up; objectives would have nothing to judge');
  const firstReal = scenario.load.findIndex((phase) => phase.warmUp !== true);
  scenario.load.forEach((phase, index) => {
    if (phase.warmUp === true && firstReal >= 0 && index > firstReal)
      problems.push(`load[${index}].warmUp: warm-up comes first; story time starts where it ends`);
  });
  return problems;
}
