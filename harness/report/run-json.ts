import type { DrillRecord, FaultRecord } from '../history/drill-record.ts';
import type {
  BudgetResult,
  GeneratorResult,
  IncidentResult,
  InvariantResult,
  Judgement,
  MachineResult,
  ObjectiveResult,
  PhaseResult,
  ServiceResult,
} from '../judge/judgement.ts';
import type { CostResult } from '../judge/cost-result.ts';
import type { RunJson } from './run-shape.ts';

/** Counterexamples per invariant in `run.json`; the rest are in the page's data and in the history. */
const maxExamples = 10;

/** One judged drill for machines. */
export function runJson(record: DrillRecord, judgement: Judgement): RunJson {
  const run: RunJson = {
    schema: 1,
    run: record.run,
    scenario: record.scenario.name,
    target: record.target.name,
    seed: record.seed,
    stack: record.stack.kind,
    timeScale: record.scenario.timeScale,
    loadScale: record.loadScale,
    verdict: judgement.verdict,
    objectives: judgement.objectives.map(objectiveJson),
    invariants: judgement.invariants.map(invariantJson),
    generator: generatorJson(judgement.generator),
    phases: judgement.phases.map(phaseJson),
    faults: record.faults.map(faultJson),
    impact: Object.fromEntries(judgement.impact.map(({ name, value }) => [name, value])),
    timings: { ...record.timings, judgeMs: judgement.judgeMs },
    notes: judgement.notes,
    clock: judgement.clock,
    command: record.command,
    service: serviceJson(judgement.service),
    budgets: judgement.budgets.map(budgetJson),
    incidents: judgement.incidents.map(incidentJson),
    alerts: judgement.events
      .filter(({ kind }) => kind === 'alert')
      .map(({ at, name, stage, detail }) => ({ at, name, stage, detail })),
    machine: machineJson(judgement.machine),
    reached: judgement.reached.map(({ state, count }) => ({ state, count })),
    commit: record.commit ?? null,
    costs: costsJson(judgement.costs),
  };
  // JSON writes null for numbers that are not finite.
  return JSON.parse(JSON.stringify(run)) as RunJson;
}

// Members are listed one by one, so that a change of the judge's own types cannot rename what machines read.

const objectiveJson = (o: ObjectiveResult): ObjectiveResult => ({
  name: o.name,
  verdict: o.verdict,
  observed: o.observed,
  threshold: o.threshold,
  unit: o.unit,
  evidence: o.evidence,
  during: o.during,
  sense: o.sense,
  detail: o.detail,
});

const invariantJson = (i: InvariantResult): InvariantResult => ({
  name: i.name,
  verdict: i.verdict,
  violations: i.violations,
  examples: i.examples.slice(0, maxExamples).map(({ key, ops, at, harm, detail }) => ({ key, ops, at, harm, detail })),
  promise: i.promise,
  detail: i.detail,
});

const generatorJson = (g: GeneratorResult): GeneratorResult => ({
  planned: g.planned,
  sent: g.sent,
  acked: g.acked,
  failed: g.failed,
  unsent: g.unsent,
  sendErrorP99Ms: g.sendErrorP99Ms,
  sendErrorMaxMs: g.sendErrorMaxMs,
  cpuMicrosPerOp: g.cpuMicrosPerOp,
  keptUp: g.keptUp,
  ...(g.unknown !== undefined && { unknown: g.unknown }),
  late: g.late.map(({ phase, sendErrorP99Ms, unsent }) => ({ phase, sendErrorP99Ms, unsent })),
});

const machineJson = (m: MachineResult): MachineResult => ({
  quiet: m.quiet,
  foreignCpuShare: m.foreignCpuShare,
  stealShare: m.stealShare,
  ioPressureShare: m.ioPressureShare,
  stoodStillMs: m.stoodStillMs,
  note: m.note,
});

const costsJson = (c: CostResult): CostResult => ({
  pipelineCpuMicrosPerOp: c.pipelineCpuMicrosPerOp,
  storeCpuMicrosPerOp: c.storeCpuMicrosPerOp,
  storeCallsPerOp: c.storeCallsPerOp,
  retriesPerOp: c.retriesPerOp,
  lagMaxMs: c.lagMaxMs,
});

const phaseJson = (p: PhaseResult): PhaseResult => ({
  name: p.name,
  plannedPerSecond: p.plannedPerSecond,
  sentPerSecond: p.sentPerSecond,
  decidedPerSecond: p.decidedPerSecond,
  p50Ms: p.p50Ms,
  p99Ms: p.p99Ms,
  p999Ms: p.p999Ms,
  byAnswer: p.byAnswer,
});

const faultJson = (f: FaultRecord): RunJson['faults'][number] => ({
  name: f.name,
  commandedAt: f.commandedAt,
  verified: f.verified,
  healed: f.healed,
  detail: f.detail,
  verifiedAt: f.verifiedAt ?? null,
  healedAt: f.healedAt ?? null,
  recoverWithinMs: f.recoverWithinMs ?? null,
});

const countsJson = (counts: ServiceResult['counts'], outOf = 1): ServiceResult['counts'] => ({
  correct: counts.correct / outOf,
  degraded: counts.degraded / outOf,
  shed: counts.shed / outOf,
  rejected: counts.rejected / outOf,
  wrong: counts.wrong / outOf,
  timedOut: counts.timedOut / outOf,
  failed: counts.failed / outOf,
});

const serviceJson = (s: ServiceResult): ServiceResult & { readonly shares: ServiceResult['counts'] } => ({
  planned: s.planned,
  counts: countsJson(s.counts),
  goodShare: s.goodShare,
  clientWaitsMs: s.clientWaitsMs,
  byClass: s.byClass,
  // With nothing planned the shares are not finite, which JSON writes as null.
  shares: countsJson(s.counts, s.planned),
});

const budgetJson = (b: BudgetResult): BudgetResult => ({
  objective: b.objective,
  during: b.during,
  allowedShare: b.allowedShare,
  planned: b.planned,
  allowed: b.allowed,
  bad: b.bad,
  burn: b.burn,
  worst: b.worst.map(({ windowSeconds, burn, at }) => ({ windowSeconds, burn, at })),
});

const incidentJson = (i: IncidentResult): IncidentResult => ({
  name: i.name,
  struckAt: i.struckAt,
  verified: i.verified,
  detail: i.detail,
  impactAt: i.impactAt,
  alert: i.alert,
  unwatched: i.unwatched,
  healedAt: i.healedAt,
  recoveredAt: i.recoveredAt,
  actions: i.actions,
});
