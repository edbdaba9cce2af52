import type { ReachedState } from '../domain.ts';
import { legs } from './legs.ts';

/** Where an identity check breaks: where a person must look, and where somebody is not who they say. */
export const reached: readonly ReachedState[] = [
  {
    state: 'manual-review',
    meaning: 'applications that a person had to look at',
    sql: `SELECT count(*) AS value FROM ops WHERE answer = 'review'`,
  },
  {
    state: 'impostor',
    meaning: 'applications with the documents of another person that were decided',
    sql: `SELECT count(*) AS value FROM ops WHERE answer IS NOT NULL
      AND key::VARCHAR IN (SELECT key FROM catalogue WHERE category = 'impostor')`,
  },
  {
    state: 'queued-at-end',
    meaning: 'applications that still waited in the books when the history was closed',
    sql: `SELECT count(DISTINCT op) AS value FROM effects WHERE leg = '${legs.queued}' AND op IN (SELECT op FROM ops WHERE answer IS NULL)`,
  },
];
