import type { Arrived } from '../../worker/consume.ts';
import type { DeadLetter } from '../../worker/dead-letters.ts';
import { parseRequest } from './wire.ts';
import type { Request } from './wire.ts';

/** Sorts what can be read from what goes to the dead letters; `formatOf` names the wire format where it is not the topic. */
export function readRequests(
  records: readonly Arrived[],
  formatOf: (topic: string) => string = (topic) => topic,
): { requests: Request[]; letters: DeadLetter[] } {
  const requests: Request[] = [];
  const letters: DeadLetter[] = [];
  for (const record of records) {
    const request = parseRequest(formatOf(record.topic), record.value === null ? null : record.value.toString());
    if (typeof request === 'string') letters.push({ record, reason: request });
    else requests.push({ ...request, appendedAtMs: record.appendedAtMs });
  }
  return { requests, letters };
}
