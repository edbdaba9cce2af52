/**
 * A visitor, as k6 runs it: no Node, no packages, and only types are imported from the rest of Toofan. What it did goes to k6's
 * console, one line per request; see visit-log.ts. A separate line costs k6 a twentieth of a request, so requests before an
 * operation are reported in the operation's line, which is written as soon as there is one.
 */
import { sleep } from 'k6';
import { SharedArray } from 'k6/data';
import execution from 'k6/execution';
import http from 'k6/http';
import type { Journey, Visit, VisitorOperation, VisitReply } from '../../visit.ts';

/** Nobody waits longer for a page; a request unanswered by then has no answer. */
const timeout = '10s';
/**
 * "Retry" is an answer, not a failure; so are "not there yet" and "already done" for an operation on its way (see the judge's
 * `requests-failed`).
 */
const answered = http.expectedStatuses({ min: 200, max: 399 }, 429, 503);
const answeredAbout = http.expectedStatuses({ min: 200, max: 399 }, 404, 409, 410, 429, 503);

/** `plan`: the file with each visit's operations; `baseUrl`: the shop's address. */
export function visitor(journey: Journey, plan: string, baseUrl: string): () => void {
  // One line each: k6 freezes a copy of shared objects for every reader.
  const visits = new SharedArray<string>('visits', () =>
    open(plan)
      .split('\n')
      .filter((line) => line !== ''),
  );
  // k6 makes this object anew on each access; its values are current.
  let scenario: typeof execution.scenario | undefined;
  return () => {
    scenario ??= execution.scenario;
    const number = scenario.iterationInTest;
    // k6's last stage lasts a little longer than the load.
    if (number >= visits.length) return;
    const { visit, tell } = openVisit(number, JSON.parse(visits[number] ?? '[]') as VisitorOperation[], baseUrl);
    try {
      journey(visit);
    } finally {
      tell();
    }
  };
}

function openVisit(
  number: number,
  operations: readonly VisitorOperation[],
  baseUrl: string,
): { readonly visit: Visit; readonly tell: () => void } {
  // When the next request is due after the start: thinking plus waiting time, without k6's own overhead.
  let dueMs = 0;
  let lines = '';
  const tell = (): void => {
    // oxlint-disable-next-line no-console -- k6 has no other way to write a line
    if (lines !== '') console.log(lines);
    lines = '';
  };
  const visit: Visit = {
    number,
    operations,
    think(ms) {
      dueMs += ms;
      sleep(ms / 1_000);
    },
    request(name, { method = 'GET', path, headers = {}, body, about, reads = about !== undefined }) {
      const text = body === undefined ? null : JSON.stringify(body);
      const sentAt = Date.now();
      // A path that begins with anything else could turn the address into another host (`@elsewhere`).
      const response = http.request(method, baseUrl + (path.startsWith('/') ? path : `/${path}`), text, {
        headers: text === null ? headers : { 'Content-Type': 'application/json', ...headers },
        tags: { name },
        timeout,
        redirects: 0,
        responseCallback: about === undefined ? answered : answeredAbout,
        responseType: reads ? 'text' : 'none',
      });
      const answeredAt = Date.now();
      const reply = replyOf(response.status, response.body);
      const told = typeof reply.body?.['answer'] === 'string' ? reply.body['answer'] : '';
      const op = about === undefined ? '\t' : `${about.op}\t${about.attempt}`;
      const error = response.error === '' ? '' : response.error.replaceAll(/\s+/g, ' ');
      const times = `${dueMs.toFixed(3)}\t${sentAt}\t${answeredAt}`;
      const line = `${number}\t${name}\t${op}\t${times}\t${reply.status}\t${response.error_code}\t${told}\t${error}`;
      lines = lines === '' ? line : `${lines}\n${line}`;
      if (about !== undefined) tell();
      const { blocked, connecting, tls_handshaking: handshake, duration } = response.timings;
      dueMs += blocked + connecting + handshake + duration;
      return reply;
    },
  };
  return { visit, tell };
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
