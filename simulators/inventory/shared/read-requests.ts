import type { Arrived } from '../../worker/consume.ts';
import type { DeadLetter } from '../../worker/dead-letters.ts';
import { readRecords } from '../../worker/read-records.ts';
import { parseRequest } from './wire.ts';
import type { Request } from './wire.ts';

/** Separates readable records from dead letters; `formatOf` names the wire format if it is not the topic. */
export const readRequests = (
  records: readonly Arrived[],
  formatOf: (topic: string) => string = (topic) => topic,
): { requests: Request[]; letters: DeadLetter[] } =>
  readRecords(records, (topic, value) => parseRequest(formatOf(topic), value));
