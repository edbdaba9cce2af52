import type { ReachedState } from '../domain.ts';
import { legs } from './legs.ts';

/** Where an identity check breaks: when a person must look, and when somebody is not who they claim to be. */
export const reached: readonly ReachedState[] = [
  {
    state: 'manual-review',
    meaning: 'applications sent to manual review',
    sql: `SELECT count(*) AS value FROM ops WHERE answer = 'review'`,
  },
  {
    state: 'impostor',
    meaning: 'applications decided with documents of another person',
    sql: `SELECT count(*) AS value FROM ops WHERE answer IS NOT NULL
      AND key::VARCHAR IN (SELECT key FROM catalogue WHERE category = 'impostor')`,
  },
  {
    state: 'queued-at-end',
    meaning: 'applications still queued in the books when the history closed',
    sql: `SELECT count(DISTINCT op) AS value FROM effects WHERE leg = '${legs.queued}' AND op IN (SELECT op FROM ops WHERE answer IS NULL)`,
  },
];
