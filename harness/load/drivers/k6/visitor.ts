/**
 * A visitor, as k6 runs it: there is no Node here and no package, and types are all that is imported from the rest of Toofan.
 * What it did goes to k6's console, one line a request; see visit-log.ts.
 */
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import execution from 'k6/execution';
import http from 'k6/http';
import type { Journey, Visit, VisitorOperation, VisitReply } from '../../visit.ts';

/** Nobody waits longer for a page; what is not answered by then has no answer. */
const timeout = '10s';
/** "Come again" is an answer, not a failure. */
const answered = http.expectedStatuses({ min: 200, max: 499 }, 503);

/** `plan`: the file with each visit's operations; `baseUrl`: the shop's address. */
export function visitor(journey: Journey, plan: string, baseUrl: string): () => void {
  const visits = new SharedArray<readonly VisitorOperation[]>('visits', () => JSON.parse(open(plan)));
  return () => {
    const number = execution.scenario.iterationInTest;
    // k6's last stage lasts a little longer than the load.
    if (number < visits.length) journey(openVisit(number, visits[number] ?? [], baseUrl));
  };
}

function openVisit(number: number, operations: readonly VisitorOperation[], baseUrl: string): Visit {
  // How long after its beginning the next request is due: what was thought and what was waited for, nothing of k6's own.
  let dueMs = 0;
  return {
    number,
    operations,
    think(ms) {
      dueMs += ms;
      sleep(ms / 1_000);
    },
    request(name, { method = 'GET', path, headers = {}, body, about, reads = about !== undefined }) {
      const text = body === undefined ? null : JSON.stringify(body);
      const type = text === null ? {} : { 'Content-Type': 'application/json' };
      const sentAt = Date.now();
      const response = http.request(method, baseUrl + path, text, {
        headers: { ...type, ...headers },
        tags: { name },
        timeout,
        responseCallback: answered,
        responseType: reads ? 'text' : 'none',
      });
      const answeredAt = Date.now();
      const reply = replyOf(response.status, response.body);
      const told = typeof reply.body?.['answer'] === 'string' ? reply.body['answer'] : '';
      const op = about === undefined ? ['', ''] : [about.op, about.attempt];
      const error = response.error.replaceAll(/\s+/g, ' ');
      // oxlint-disable-next-line no-console -- k6 has no other way to write a line
      console.log(
        [
          number,
          name,
          ...op,
          dueMs.toFixed(3),
          sentAt,
          answeredAt,
          reply.status,
          response.error_code,
          told,
          error,
        ].join('\t'),
      );
      const { blocked, connecting, tls_handshaking: handshake, duration } = response.timings;
      dueMs += blocked + connecting + handshake + duration;
      return reply;
    },
  };
}

function replyOf(status: number, body: unknown): VisitReply {
  if (typeof body !== 'string' || body === '') return { status, body: null };
  try {
    const value: unknown = JSON.parse(body);
    return { status, body: typeof value === 'object' ? (value as VisitReply['body']) : null };
  } catch {
    return { status, body: null };
  }
}
