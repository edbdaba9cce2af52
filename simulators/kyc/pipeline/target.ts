import { fileURLToPath } from 'node:url';
import { defineTarget } from 'toofan';
import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { aadhaarPerSecond, intakeGroup } from './settings.ts';
import { topicNeeds, topics } from './topics.ts';
import { decode, encode, identify } from './wire.ts';

/** Calls and reviews with their prices, applications sent to review, and those still waiting. */
const effectsSql = `
  SELECT op, service AS leg, applicant AS key, 0 AS delta, paise AS amount_paise, NULL::bigint AS version, made_at AS committed_at FROM calls
  UNION ALL
  SELECT op, 'review', applicant, 0, NULL, NULL, queued_at FROM reviews
  UNION ALL
  SELECT op, 'reviewed', applicant, 0, 20000, NULL, reviewed_at FROM reviews WHERE reviewed_at IS NOT NULL
  UNION ALL
  SELECT op, 'queued', applicant, 0, NULL, NULL, accepted_at FROM applications WHERE NOT told`;

/** Paytm's KYC (source 645-740) as it should have been before the surge of 1946-1957: it queues, and drops nobody. */
export const target = defineTarget({
  name: 'kyc/pipeline',
  summary:
    "Verifies applicants from a durable queue, within each service's rate limit; doubtful cases go to manual review.",
  domain: 'kyc',
  needs: {
    topics: topicNeeds,
    postgres: {
      main: { schema: fileURLToPath(new URL('schema.sql', import.meta.url)), settings: { max_connections: 100 } },
    },
    redis: false,
  },
  prepare: () => Promise.resolve(),
  dependencies: [
    dependencySpec('aadhaar', { rateLimitPerSecond: aadhaarPerSecond }),
    dependencySpec('pan'),
    dependencySpec('face-match'),
    dependencySpec('address'),
  ],
  processes: (context) => [
    workerSpec('kyc-worker', new URL('worker.ts', import.meta.url), context, {
      count: 2,
      memoryLimitMiB: 320,
      restart: 'always',
    }),
    workerSpec('kyc-reviewers', new URL('reviewers/worker.ts', import.meta.url), context, {
      count: 1,
      memoryLimitMiB: 200,
      restart: 'always',
    }),
  ],
  metrics: {
    poolWaiting: 'pipeline_pool_waiting',
    poolUsed: 'pipeline_pool_used',
    poolSize: 'pipeline_pool_size',
    breakersOpen: 'pipeline_breakers_open',
    errors: 'pipeline_errors_total',
  },
  consumerGroups: [{ id: intakeGroup, topics: [topics.applications], sessionTimeoutMs }],
  encode,
  identify,
  decode,
  effects: [{ store: 'main', sql: effectsSql }],
  balances: [],
  backlog: [{ store: 'main', sql: 'SELECT count(*) AS open FROM applications WHERE NOT told' }],
});
