/** The figures to read first: damage in rupees, share confirmed, and the peak. */
import { capitalised, latency, measured, number } from '../format.ts';
import { impactLines, type JudgedRun, surgeOf, worstLag } from '../judged-run.ts';

export interface Tile {
  readonly label: string;
  readonly value: string;
  readonly remark: string;
  /** Shown as bad next to a verdict that is not a pass. */
  readonly bad: boolean;
}

export const tilesOf = (run: JudgedRun): Tile[] => [...damage(run), ...shares(run), ...surge(run), ...lag(run)];

function damage(run: JudgedRun): Tile[] {
  const harmful = impactLines(run).filter((line) => line.harmful);
  const feared = new Set(run.judgement.impact.filter(({ harm }) => harm).map(({ label }) => label));
  if (feared.size === 0) return [];
  if (harmful.length === 0) {
    const value = run.judgement.verdict === 'pass' ? 'none' : 'none seen';
    return [{ label: 'Damage', value, remark: [...feared].map((label) => `${label} 0`).join(', '), bad: false }];
  }
  const most = 2;
  return harmful.slice(0, most).map(({ label, figures }) => {
    // Money first: the sale's owner asks about it.
    const [main, ...rest] = figures.toSorted((a, b) => Number(b.unit === 'paise') - Number(a.unit === 'paise'));
    return {
      label,
      value: measured(main?.value ?? null, main?.unit ?? ''),
      remark: rest.map(({ value, unit }) => measured(value, unit)).join(' · '),
      bad: true,
    };
  });
}

/** The share that was confirmed: without it nobody knows whether the drill tried anything but refusals. */
const shares = ({ judgement }: JudgedRun): Tile[] =>
  judgement.impact
    .filter(({ unit, harm }) => unit === 'share' && !harm)
    .slice(0, 1)
    .map(({ label, value, unit }) => ({
      label: capitalised(label),
      value: measured(value, unit),
      remark: 'of all submitted',
      bad: false,
    }));

function surge(run: JudgedRun): Tile[] {
  const { judgement } = run;
  const peak = surgeOf(run);
  if (peak === undefined) return [];
  // Operations decided just after the end of the phase are missing here: there are always some.
  const behind = peak.decidedPerSecond < peak.plannedPerSecond * 0.9;
  return [
    {
      label: `Decided in ${peak.name}`,
      value: `${number(peak.decidedPerSecond)}/s`,
      remark: `of ${number(peak.plannedPerSecond)}/s planned`,
      bad: behind && judgement.verdict !== 'pass',
    },
    {
      label: `p99 in ${peak.name}`,
      value: latency(peak.p99Ms, peak.plannedPerSecond),
      remark: `p50 ${latency(peak.p50Ms, peak.plannedPerSecond)}`,
      bad: false,
    },
  ];
}

function lag(run: JudgedRun): Tile[] {
  const worst = worstLag(run);
  if (worst === null) return [];
  return [{ label: 'Worst lag', value: measured(worst, 's'), remark: 'oldest undecided', bad: false }];
}
