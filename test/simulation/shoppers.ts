import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../../harness/history/schema.ts';
import type { Operation } from '../../harness/domains/domain.ts';
import type { Outcome } from '../../harness/load/drivers/driver.ts';
import { outcomeOf } from '../../harness/load/drivers/k6/visit-log.ts';
import type { Clock } from './simulated-log.ts';

/** A process that answers over HTTP; rejects where no answer comes. */
export interface Door {
  ask(request: DoorRequest): Promise<{ readonly status: number; readonly told: string }>;
}
export interface DoorRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** Who gets no answer asks again; who is told to wait looks how it stands. */
const mostRequests = 12;
const asksAgainAfterMs = 25;

/** Those who order and cancel over HTTP, and what they were told. */
export class Shoppers {
  readonly requests: Row<'requests'>[] = [];
  readonly answers: Row<'answers'>[] = [];
  readonly #clock: Clock;
  readonly #door: () => Door | undefined;

  constructor(clock: Clock, door: () => Door | undefined) {
    this.#clock = clock;
    this.#door = door;
  }

  /** Presses the button and waits to be told; resolves to when it was first pressed and what became of it. */
  async press(
    operation: Operation,
    attempt: number,
  ): Promise<Pick<Row<'operations'>, 'sent_at' | 'acked_at' | 'outcome' | 'error'>> {
    const { op, kind } = operation;
    const sent_at = this.#clock.next();
    let outcome: Outcome | undefined;
    let acked_at: number | null = null;
    let isPlaced = false;
    for (let request = 0; request < mostRequests; request++) {
      const { status, told } = await this.#ask(isPlaced ? 'status' : kind, operation, attempt);
      const now = outcomeOf({ status, told, errorCode: 0 });
      if (!isPlaced && (outcome === undefined || (outcome === 'failed' && now !== 'failed') || now === 'ok'))
        outcome = now;
      if (now === 'ok' && !isPlaced) acked_at = this.#clock.next();
      isPlaced ||= now === 'ok';
      if (told !== '' && told !== 'pending') break;
      await delay(asksAgainAfterMs);
    }
    return {
      sent_at,
      acked_at,
      outcome: outcome ?? 'failed',
      error: outcome === 'ok' ? null : `${op} was not answered`,
    };
  }

  async #ask(what: string, operation: Operation, attempt: number): Promise<{ status: number; told: string }> {
    const { op } = operation;
    const sent_at = this.#clock.next();
    const { status, told } = (await this.#door()
      ?.ask(requestOf(what, operation, attempt))
      .catch(() => null)) ?? { status: 0, told: '' };
    const answered_at = this.#clock.next();
    this.requests.push({
      visit: op,
      request: what,
      op,
      attempt,
      phase: 'all',
      planned_at: sent_at,
      sent_at,
      answered_at: status === 0 ? null : answered_at,
      status,
      error: status === 0 ? 'no answer' : null,
    });
    if (told !== '') this.answers.push({ op, attempt, answer: told, answered_at, channel: 'http' });
    return { status, told };
  }
}

function requestOf(
  what: string,
  { op, subjectOp, key, quantity, amountPaise, class: of, detail }: Operation,
  press: number,
): DoorRequest {
  if (what === 'status') return { method: 'GET', url: `/orders/${op}` };
  const headers = { 'idempotency-key': String(op) };
  const body = { product: key, quantity, press, premium: of === 'premium' };
  if (what === 'cancellation') return { method: 'POST', url: `/orders/${subjectOp}/cancellation`, headers, body };
  const { city, payment } = detail;
  return { method: 'POST', url: '/orders', headers, body: { ...body, amountPaise, city, payment } };
}
