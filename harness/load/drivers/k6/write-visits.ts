import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { openRecorder } from '../../../history/recorder.ts';
import type { Row } from '../../../history/schema.ts';
import { phaseOf } from '../../arrival-schedule.ts';
import { arrivalOfVisit, type LoadPlan } from '../../load-plan.ts';
import type { Outcome } from '../driver.ts';
import { type LoggedRequest, outcomeOf, parseRequest } from './visit-log.ts';

/** What happened to the visitors' planned operations. */
export type VisitCounts = Readonly<Record<Outcome | 'sent', number>>;

export interface VisitsToWrite {
  readonly logFile: string;
  readonly historyFolder: string;
  readonly plan: LoadPlan;
  readonly everyNth: number;
  /** The shard's number in `operations`. */
  readonly shard: number;
  readonly startsAtMs: number;
}

const rowsPerBatch = 4_096;

/**
 * An operation on its way through the log: the first request that should perform it, and what the last one says about its
 * outcome.
 */
interface Attempted {
  readonly first: LoggedRequest;
  readonly ackedAt: number | null;
  readonly outcome: Outcome;
  readonly error: string;
}

/**
 * Writes what visitors did: `requests` (all), `operations` (requests that should perform one) and `answers` (what the shopper was
 * told about them). A request is due at its visit's planned time plus the visitor's thinking and waiting time until then.
 */
export async function writeVisits(to: VisitsToWrite): Promise<VisitCounts> {
  await using recorder = await openRecorder(to.historyFolder, `visits-${to.shard}`);
  const attempted = new Map<string, Attempted>();
  let requests: Row<'requests'>[] = [];
  let answers: Row<'answers'>[] = [];
  const flush = async (): Promise<void> => {
    await recorder.append('requests', requests);
    await recorder.append('answers', answers);
    [requests, answers] = [[], []];
  };
  for await (const line of createInterface({ input: createReadStream(to.logFile), crlfDelay: Infinity })) {
    const request = parseRequest(line);
    if (request === null) continue;
    requests.push(requestRow(request, to));
    const { op, attempt, told, endedAt } = request;
    if (op !== null && attempt !== null) {
      const name = `${op}/${attempt}`;
      attempted.set(name, gone(attempted.get(name), request));
      if (told !== '') answers.push({ op, attempt, answer: told, answered_at: micros(endedAt), channel: 'http' });
    }
    if (requests.length >= rowsPerBatch) await flush();
  }
  await flush();
  const done = [...attempted.values()];
  // No visitors at all: that is a history too.
  if (done.length === 0) await recorder.append('operations', []);
  for (let from = 0; from < done.length; from += rowsPerBatch) {
    const rows = done.slice(from, from + rowsPerBatch).map((one) => operationRow(one, to));
    await recorder.append('operations', rows);
  }
  const count = (outcome: Outcome): number => done.filter((one) => one.outcome === outcome).length;
  return { sent: done.length, ok: count('ok'), failed: count('failed'), indeterminate: count('indeterminate') };
}

/**
 * Once answered, it has been done; until then the last request's outcome counts, but a request that may have done it once still
 * may have.
 */
function gone(before: Attempted | undefined, request: LoggedRequest): Attempted {
  const now = outcomeOf(request);
  const told = { ackedAt: now === 'ok' ? request.endedAt : null, error: request.error || `status ${request.status}` };
  if (before === undefined) return { first: request, outcome: now, ...told };
  if (before.outcome === 'ok' || (before.outcome === 'indeterminate' && now === 'failed')) return before;
  return { first: before.first, outcome: now, ...told };
}

function dueAt({ visit, dueMs }: LoggedRequest, { plan, everyNth, startsAtMs }: VisitsToWrite): number {
  return micros(startsAtMs + plan.schedule.timeOf(arrivalOfVisit(visit, everyNth)) + dueMs);
}

const phaseAt = ({ visit }: LoggedRequest, { plan, everyNth }: VisitsToWrite): string =>
  phaseOf(plan.schedule.phases, arrivalOfVisit(visit, everyNth)).name;

function requestRow(request: LoggedRequest, to: VisitsToWrite): Row<'requests'> {
  const { visit, request: name, op, attempt, sentAt, endedAt, status, error } = request;
  return {
    visit,
    request: name,
    op,
    attempt,
    phase: phaseAt(request, to),
    planned_at: dueAt(request, to),
    sent_at: micros(sentAt),
    answered_at: status === 0 ? null : micros(endedAt),
    status,
    error: error === '' ? null : error,
  };
}

function operationRow({ first, ackedAt, outcome, error }: Attempted, to: VisitsToWrite): Row<'operations'> {
  const operation = to.plan.world.operation(first.op ?? Number.NaN);
  return {
    op: operation.op,
    attempt: first.attempt,
    shard: to.shard,
    kind: operation.kind,
    subject_op: operation.subjectOp,
    key: operation.key,
    other_key: operation.otherKey,
    quantity: operation.quantity,
    amount_paise: operation.amountPaise,
    class: operation.class,
    phase: phaseAt(first, to),
    planned_at: dueAt(first, to),
    sent_at: micros(first.sentAt),
    acked_at: ackedAt === null ? null : micros(ackedAt),
    outcome,
    error: outcome === 'ok' ? null : error,
  };
}

const micros = (ms: number): number => Math.round(ms * 1_000);
