import type { Arrived } from './consume.ts';
import type { DeadLetter } from './dead-letters.ts';

/** Separates readable records from dead letters; for an invalid value `parse` returns the reason as text. */
export function readRecords<Request>(
  records: readonly Arrived[],
  parse: (topic: string, value: string | null) => Request | string,
): { requests: (Request & { readonly appendedAtMs: number })[]; letters: DeadLetter[] } {
  const requests: (Request & { readonly appendedAtMs: number })[] = [];
  const letters: DeadLetter[] = [];
  for (const record of records) {
    const request = parse(record.topic, record.value === null ? null : record.value.toString());
    if (typeof request === 'string') letters.push({ record, reason: request });
    else requests.push({ ...request, appendedAtMs: record.appendedAtMs });
  }
  return { requests, letters };
}
