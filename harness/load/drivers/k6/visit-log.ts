import type { Outcome } from '../driver.ts';

/** One request as a visitor reported it; times are epoch ms. */
export interface LoggedRequest {
  readonly visit: number;
  readonly request: string;
  readonly op: number | null;
  readonly attempt: number | null;
  /** From the visit's planned start until the request was due. */
  readonly dueMs: number;
  readonly sentAt: number;
  /** When its answer arrived, or was given up. */
  readonly endedAt: number;
  /** 0 without an answer. */
  readonly status: number;
  /** k6's error code; 0 for none, 1000 + the status if the status is the error. */
  readonly errorCode: number;
  /** What the body said about the operation; may be empty. */
  readonly told: string;
  readonly error: string;
}

const fields = 11;
const numberOrNull = (text: string): number | null => (text === '' ? null : Number(text));

/** Reads a line of visitor.ts; null for anything else (a script's own output). */
export function parseRequest(line: string): LoggedRequest | null {
  const parts = line.split('\t');
  const [visit = '', request = '', op = '', attempt = '', due = '', sent = '', ended = '', status = '', code = ''] =
    parts;
  if (parts.length !== fields || ![visit, due, sent, ended, status, code].every((text) => /^\d+(\.\d+)?$/.test(text)))
    return null;
  return {
    visit: Number(visit),
    request,
    op: numberOrNull(op),
    attempt: numberOrNull(attempt),
    dueMs: Number(due),
    sentAt: Number(sent),
    endedAt: Number(ended),
    status: Number(status),
    errorCode: Number(code),
    told: parts[9] ?? '',
    error: parts[10] ?? '',
  };
}

/** k6's error codes before a connection was established (DNS, dial): nothing was sent. */
const neverConnected = (code: number): boolean => (code >= 1_100 && code < 1_200) || (code >= 1_210 && code < 1_220);

/**
 * What is known about a request that should perform an operation. *ok*: it was answered. *failed*: nothing was done, because
 * nothing could be sent, it was refused (4xx), or the visitor was told to retry. *indeterminate*: no answer, or one that leaves
 * it open (5xx): it may have happened or not.
 */
export function outcomeOf({ status, errorCode, told }: Pick<LoggedRequest, 'status' | 'errorCode' | 'told'>): Outcome {
  if (status >= 200 && status < 400) return 'ok';
  if (status >= 400 && status < 500) return 'failed';
  if (status === 503 && told !== '') return 'failed';
  return status === 0 && neverConnected(errorCode) ? 'failed' : 'indeterminate';
}
