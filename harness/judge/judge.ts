import { join } from 'node:path';
import type { Domain } from '../domains/domain.ts';
import { badInputs } from '../errors.ts';
import type { SealedRecord } from '../history/drill-record.ts';
import { copyAgain, scenarioSha256 } from '../history/parts.ts';
import { type History, openHistory } from '../history/reader.ts';
import { validateJudged } from '../scenario/validate.ts';
import { evaluateAlerts } from './alerts/evaluate.ts';
import { alertRules } from './alerts/rules.ts';
import { alertEvents, incidentsOf } from './chronicle.ts';
import { type Clocks, makeClocks } from './clocks.ts';
import { costsOf } from './costs.ts';
import { makeAuditGaps } from './coverage.ts';
import { phaseResults, secondResults } from './curves.ts';
import { doubtsOf } from './doubts.ts';
import { asFarAsKnown } from './ends.ts';
import { budgetsOf } from './error-budget.ts';
import { type Facts, factsOf, offsetMs } from './facts.ts';
import { judgeGenerator } from './generator.ts';
import { judgeInvariants } from './judge-invariants.ts';
import { judgeObjectives } from './judge-objectives.ts';
import type { EventResult, GeneratorResult, ImpactResult, Judgement } from './judgement.ts';
import type { ReachedResult } from './reached-result.ts';
import { type Machine, machineOf, machineResult } from './machine.ts';
import { makeTables } from './make-tables.ts';
import { notesOf } from './notes.ts';
import { objectives } from './objectives/registry.ts';
import type { Evidence } from './objectives/objective.ts';
import { makeService, serviceOf } from './outcomes.ts';
import { reachedBy } from './reached.ts';
import { makeReadModelReads } from './read-model-reads.ts';
import { unlessShared } from './shared-stores.ts';
import { toldOperations } from './told-operations.ts';
import { composeVerdict } from './verdict.ts';

/**
 * Judges one history. Pure: the same folder always gives the same figures. Throws a UserError (65) if the folder is not a whole
 * history of this domain. If `keepAllIn` is given, every counterexample of a broken invariant is kept there as Parquet; a note
 * says if that failed.
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
  requireJudgeable(historyFolder, history.drill, domain);
  const clocks = await makeAllTables(history, domain);
  const seen = await lookAt(history, domain, clocks);
  const { results: found, notKept } = await judgeInvariants(history, domain, keepAllIn);
  const invariants = unlessShared(found, history.drill);
  const results = unlessShared(await judgeObjectives(seen, seen.facts, seen), history.drill);
  const doubts = await doubtsOf(history, domain, seen);
  return {
    ...(await told(seen)),
    verdict: composeVerdict(invariants, results, doubts),
    notes: [
      ...doubts,
      ...(await notesOf(history, domain, seen.facts, results)),
      ...(notKept === null ? [] : [`Not all counterexamples are saved: ${notKept}`]),
    ],
    doubts,
    objectives: results,
    invariants,
    operations: await toldOperations(history, domain, invariants),
    judgeMs: Math.round(performance.now() - begun),
  };
}

/** Makes every table that queries may use; each file documents its own. */
async function makeAllTables(history: History, domain: Domain): Promise<Clocks> {
  await makeTables(history, domain);
  const clocks = await makeClocks(history);
  for (const sql of domain.staging ?? []) await history.run(sql);
  await makeService(history, domain);
  await makeReadModelReads(history);
  await makeAuditGaps(history);
  return clocks;
}

/** What was observed in the drill, before anything is judged. */
interface Seen extends Evidence {
  readonly facts: Facts;
  readonly machine: Machine;
  readonly generator: GeneratorResult;
  readonly events: readonly EventResult[];
  readonly reached: readonly ReachedResult[];
}

async function lookAt(history: History, domain: Domain, clocks: Clocks): Promise<Seen> {
  const machine = await machineOf(history);
  return {
    history,
    drill: history.drill,
    domain,
    facts: await factsOf(history, clocks),
    machine,
    seconds: await secondResults(history, domain, machine),
    alerts: await evaluateAlerts(history, alertRules),
    generator: await judgeGenerator(history, domain.primaryKind),
    events: await eventsOf(history),
    reached: await reachedBy(history, domain),
  };
}

type Told = Omit<Judgement, 'verdict' | 'notes' | 'doubts' | 'objectives' | 'invariants' | 'operations' | 'judgeMs'>;

/** What a report shows beside the verdict and its reasons. */
async function told({ history, drill, domain, facts, machine, seconds, alerts, ...seen }: Seen): Promise<Told> {
  return {
    primaryPlural: domain.primaryPlural,
    measure: domain.measure ?? null,
    generator: seen.generator,
    machine: machineResult(machine, drill),
    phases: await phaseResults(history, domain),
    seconds,
    service: serviceOf(drill, seconds, domain),
    impact: await impactOf(history, domain),
    budgets: await budgetsOf(history, domain, seconds),
    events: [...seen.events, ...alertEvents(alerts.firings)].toSorted((a, b) => a.at - b.at),
    reached: seen.reached,
    costs: await costsOf(history, seen.generator, seconds),
    incidents: incidentsOf({ drill, seconds, alerts }, seen.events),
    clock: { agrees: facts.clockError <= 0, worstOffsetMs: offsetMs(facts) },
    failedButPresent: facts.falseFailures,
  };
}

/** Checks that the scenario in the history can be judged; reports every problem at once. */
function requireJudgeable(folder: string, drill: SealedRecord, domain: Domain): void {
  const { scenario, phases, scenarioSha256: sealed } = drill;
  if (scenario.domain !== domain.name)
    throw badInputs([`${folder}: belongs to the domain '${scenario.domain}', not '${domain.name}'`]);
  const names = phases.map(({ name }) => name);
  const problems = validateJudged(scenario, names, { domain, objectives }).map((problem) => `scenario.${problem}`);
  if (sealed !== undefined && sealed !== scenarioSha256(scenario)) problems.push('scenario: changed since the run');
  if (problems.length > 0)
    throw badInputs(problems.map((problem) => `${join(folder, 'drill.json')}: ${problem}; ${copyAgain}`));
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
