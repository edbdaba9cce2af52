import { join } from 'node:path';
import type { Domain } from '../domains/domain.ts';
import { badInputs } from '../errors.ts';
import type { SealedRecord } from '../history/drill-record.ts';
import { copyAgain, scenarioSha256 } from '../history/parts.ts';
import { type History, openHistory } from '../history/reader.ts';
import { validateJudged } from '../scenario/validate.ts';
import { actionDoubts } from './action-doubts.ts';
import { evaluateAlerts } from './alerts/evaluate.ts';
import { alertRules } from './alerts/rules.ts';
import { alertEvents, incidentsOf } from './chronicle.ts';
import { brokersDoubt, clockDoubt, storeNotes } from './clock-doubt.ts';
import { clockToleranceMicros } from '../domains/clocks.ts';
import { type Clocks, makeClocks } from './clocks.ts';
import { makeAuditGaps } from './coverage.ts';
import { phaseResults, secondResults } from './curves.ts';
import { budgetsOf } from './error-budget.ts';
import { asFarAsKnown, endDoubts } from './ends.ts';
import { excuseFor, type OtherCauses } from './excuses.ts';
import { longFaultNotes } from './fault-account.ts';
import { judgeGenerator, keptUpP99Ms } from './generator.ts';
import { judgeInvariants } from './judge-invariants.ts';
import { doubtsOfMachine, machineOf, machineResult } from './machine.ts';
import type { EventResult, GeneratorResult, ImpactResult, Judgement, ObjectiveResult } from './judgement.ts';
import { objectives } from './objectives/index.ts';
import { type Evidence, weigh } from './objectives/objective.ts';
import { reachedBy, unreachedDoubts } from './reached.ts';
import { makeService, serviceOf } from './outcomes.ts';
import { makeShelfReads } from './shelf-reads.ts';
import { toldOperations } from './told-operations.ts';
import { foreignDoubts } from './unsubmitted.ts';
import { composeVerdict } from './verdict.ts';
import { makeViews } from './make-tables.ts';

/**
 * Judges one history: pure, the same folder gives the same figures for ever. Throws a UserError (65) where the folder is no
 * whole history of this domain. Every counterexample of a broken invariant is kept as Parquet in `keepAllIn`, where it is named; a
 * note says where that could not be.
 */
export async function judge(
  historyFolder: string,
  domain: Domain,
  keepAllIn?: string,
  signal?: AbortSignal,
): Promise<Judgement> {
  const begun = performance.now();
  await using opened = await openHistory(historyFolder, signal);
  const history = { ...opened, drill: asFarAsKnown(opened.drill) };
  const { drill } = history;
  requireJudgeable(historyFolder, drill, domain);
  await makeViews(history, domain);
  const clocks = await makeClocks(history);
  for (const sql of domain.staging ?? []) await history.run(sql);
  await makeService(history, domain);
  await makeShelfReads(history);
  await makeAuditGaps(history);

  const facts = { ...(await factsOf(history)), clocks };
  const machine = await machineOf(history);
  const seconds = await secondResults(history, domain, machine);
  const alerts = await evaluateAlerts(history, alertRules);
  const generator = await judgeGenerator(history, domain.primaryKind);
  const { results: invariants, notKept } = await judgeInvariants(history, domain, keepAllIn);
  const results = await judgeObjectives({ history, drill, domain, seconds, alerts }, facts, {
    generator,
    machine,
  });
  const events = await eventsOf(history);
  const reached = await reachedBy(history, domain);
  const doubts = [
    ...doubtsOf(history, domain, facts, generator),
    ...(await foreignDoubts(history)),
    ...actionDoubts(drill, events),
    ...doubtsOfMachine(machine),
    ...unreachedDoubts(drill, reached),
  ];
  const verdict = composeVerdict(invariants, results, doubts);
  return {
    primaryPlural: domain.primaryPlural,
    verdict,
    notes: [
      ...doubts,
      ...notesOf(history, domain, facts, results),
      ...(await visitNotes(history)),
      ...(notKept === null ? [] : [`Not every counterexample is kept as a file: ${notKept}`]),
    ],
    objectives: results,
    invariants,
    operations: await toldOperations(history, domain, invariants),
    measure: domain.measure ?? null,
    generator,
    machine: machineResult(machine, drill),
    phases: await phaseResults(history, domain),
    seconds,
    service: serviceOf(drill, seconds, domain),
    impact: await impactOf(history, domain),
    budgets: await budgetsOf(history, domain, seconds),
    events: [...events, ...alertEvents(alerts.firings)].toSorted((a, b) => a.at - b.at),
    reached,
    incidents: incidentsOf({ drill, seconds, alerts }, events),
    clock: { agrees: facts.clockError <= 0, worstOffsetMs: offsetMs(facts) },
    failedButPresent: facts.falseFailures,
    judgeMs: Math.round(performance.now() - begun),
  };
}

/** Whatever is asked of the history must be what was to be judged when it was made, and mean something; every problem at once. */
function requireJudgeable(folder: string, drill: SealedRecord, domain: Domain): void {
  const { scenario, phases, scenarioSha256: sealed } = drill;
  if (scenario.domain !== domain.name)
    throw badInputs([`${folder}: is of the domain '${scenario.domain}', not '${domain.name}'`]);
  const names = phases.map(({ name }) => name);
  const problems = validateJudged(scenario, names, { domain, objectives }).map((problem) => `scenario.${problem}`);
  if (sealed !== undefined && sealed !== scenarioSha256(scenario))
    problems.push('scenario: is not the one that was run, it was changed since');
  if (problems.length > 0)
    throw badInputs(problems.map((problem) => `${join(folder, 'drill.json')}: ${problem}; ${copyAgain}`));
}

/** What the log says of the stack and of ourselves. */
interface Facts {
  readonly operations: number;
  /** µs by which two clocks differ beyond the tolerance; ≤ 0 where they agree. */
  readonly clockError: number;
  readonly lostAcks: number;
  readonly falseFailures: number;
  readonly repeats: number;
  readonly clocks: Clocks;
}

async function factsOf(history: History): Promise<Omit<Facts, 'clocks'>> {
  // Those too that came after the end was read: they are no verdict's matter, and not missing.
  const operations = history.drill.parts.reduce((sum, { table, rows }) => sum + (table === 'operations' ? rows : 0), 0);
  const [facts] = await history.rows<Omit<Facts, 'clocks' | 'operations'>>(`
    SELECT coalesce(max(clock_error), -${clockToleranceMicros}) AS "clockError",
      coalesce(sum(lost_acks), 0) AS "lostAcks", coalesce(sum(false_failures), 0) AS "falseFailures",
      coalesce(sum(repeats), 0) AS repeats
    FROM ops`);
  if (!facts) throw new Error('an aggregate without a row');
  return { operations, ...facts };
}

const offsetMs = ({ clockError }: Facts): number => Math.max(0, clockError + clockToleranceMicros) / 1000;

async function judgeObjectives(evidence: Evidence, facts: Facts, around: OtherCauses): Promise<ObjectiveResult[]> {
  const results: ObjectiveResult[] = [];
  for (const spec of evidence.drill.scenario.objectives) {
    const objective = objectives.get(spec.type);
    if (!objective) throw new Error(`an objective that was checked is not known: ${spec.type}`);
    const result = weigh(spec, await objective.measure(spec as never, evidence));
    const excuse = result.verdict === 'fail' ? await excuseFor(spec, objective, result, evidence, around) : null;
    const { clocks: compared } = objective;
    const clocks = typeof compared === 'function' ? compared(spec as never) : compared;
    const doubt = clockDoubt(result, clocks, facts.clockError, facts.clocks) ?? excuse;
    const detail = [doubt, result.detail].filter(Boolean).join('; ');
    results.push(doubt === null ? result : { ...result, verdict: 'inconclusive', detail });
  }
  return results;
}

/** What keeps a drill from passing, whatever was measured. */
function doubtsOf({ drill }: History, domain: Domain, facts: Facts, generator: GeneratorResult): string[] {
  const doubts: string[] = [];
  if (facts.falseFailures > 0)
    doubts.push(`${facts.falseFailures} sends were recorded as failed and are in the log: a bug of the generator`);
  doubts.push(...fallenBehind(generator));
  if (facts.operations < generator.sent)
    doubts.push(
      `The history has ${facts.operations} operations and the generators sent ${generator.sent}: parts are missing`,
    );
  if (facts.clockError > 0)
    doubts.push(`The clocks of generator and broker differ by ${offsetMs(facts).toFixed(1)} ms: latencies say nothing`);
  doubts.push(...brokersDoubt(facts.clocks), ...endDoubts(drill));
  for (const fault of drill.faults) {
    if (!fault.verified) doubts.push(`The fault ${fault.name} was not shown to have struck: ${fault.detail}`);
    else if (!fault.healed) doubts.push(`The fault ${fault.name} was not shown to have healed: ${fault.detail}`);
  }
  if (drill.faults.length < drill.scenario.faults.length)
    doubts.push(`Only ${drill.faults.length} of ${drill.scenario.faults.length} faults of the scenario were tried`);
  if (facts.lostAcks > 0 && !judgesLostAcks(domain, drill)) doubts.push(lostBy(facts.lostAcks));
  return doubts;
}

function fallenBehind({ unsent, late, unknown }: GeneratorResult): string[] {
  if (unknown !== undefined) return [`Whether the generator kept up is not known: ${unknown}`];
  if (unsent > 0) return [`The generator fell behind: ${unsent} operations were never sent`];
  return late.map(
    ({ phase, sendErrorP99Ms }) =>
      `The generator fell behind in ${phase}: p99 of late hand-over ${sendErrorP99Ms.toFixed(1)} ms, above ${keptUpP99Ms} ms`,
  );
}

/** Whether what the broker lost is some invariant's matter already. */
const judgesLostAcks = (domain: Domain, { scenario }: History['drill']): boolean =>
  domain.invariants.some(({ name, judgesLostAcks: does }) => does === true && scenario.invariants.includes(name));

const lostBy = (count: number): string =>
  `${count} records were acknowledged by the broker and are not in its log: lost by the stack, not by the pipeline`;

/** What a reader must know beside the verdict. */
function notesOf(
  { drill, unusableSamples }: History,
  domain: Domain,
  facts: Facts,
  results: readonly ObjectiveResult[],
): string[] {
  const notes = results.flatMap(({ name, evidence, evidenceNeeded }) =>
    evidenceNeeded === undefined
      ? []
      : [`${name} was met by ${evidence} values, as the scenario allows; its bound calls for ${evidenceNeeded}`],
  );
  if (drill.scenarioSha256 === undefined)
    notes.push('drill.json has no checksum of its scenario: whether it is the one that was run is not known');
  if (unusableSamples > 0)
    notes.push(
      unusableSamples === 1
        ? '1 sample had no usable value and is left out'
        : `${unusableSamples} samples had no usable value and are left out`,
    );
  if (facts.lostAcks > 0 && judgesLostAcks(domain, drill)) notes.push(lostBy(facts.lostAcks));
  if (drill.stack.stampedBy === 'producer')
    notes.push('Log times were stamped by the producers, not by the broker: the pipeline stamped its own decisions');
  notes.push(...longFaultNotes(drill));
  notes.push(...storeNotes(facts.clocks));
  if (drill.loadScale !== 1) notes.push(`Load was ${drill.loadScale}× the scenario's rates`);
  if (facts.repeats > 0)
    notes.push(`${facts.repeats} decisions came again with the same or another answer; delivery is at least once`);
  return notes;
}

/** What visitors did beside ordering, name by name. */
async function visitNotes(history: History): Promise<string[]> {
  if (!history.tables.has('requests')) return [];
  const names = await history.rows<{ request: string; n: number; p50: number | null; p99: number | null }>(`
    SELECT request, count(*) AS n, quantile_disc(answered_at - planned_at, 0.5) / 1000 AS p50,
      quantile_disc(answered_at - planned_at, 0.99) / 1000 AS p99
    FROM requests GROUP BY request ORDER BY n DESC, request`);
  const all = names.reduce((sum, { n }) => sum + n, 0);
  const each = names.map(
    ({ request, n, p50, p99 }) =>
      `${request} ${n} (p50 ${p50?.toFixed(0) ?? '–'} ms, p99 ${p99?.toFixed(0) ?? '–'} ms)`,
  );
  return [`${all} requests over HTTP, by k6: ${each.join(', ')}`];
}

async function impactOf(history: History, domain: Domain): Promise<ImpactResult[]> {
  const results: ImpactResult[] = [];
  for (const { name, label, unit, sql, formula, harm, ofFaults } of domain.impact) {
    if (ofFaults === true && history.drill.scenario.faults.length === 0) continue;
    const [found] = await history.rows<{ value: number | null }>(sql);
    results.push({ name, label, unit, value: found?.value ?? 0, formula, harm });
  }
  return results;
}

const eventsOf = (history: History): Promise<EventResult[]> =>
  history.rows<EventResult>(`
    SELECT "at", coalesce(kind, '') AS kind, coalesce(name, '') AS name, coalesce(stage, '') AS stage, coalesce(detail, '') AS detail
    FROM events WHERE "at" IS NOT NULL ORDER BY "at", kind, name, stage, detail`);
