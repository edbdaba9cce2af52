import { dependencySpec } from '../../dependencies/dependency-spec.ts';
import { defineTarget } from 'toofan';
import { target as streaming } from '../streaming/target.ts';
import { inputTopics } from '../shared/topics.ts';
import { sessionTimeoutMs, workerSpec } from '../../worker/worker-process.ts';
import { actions, workerName } from './actions.ts';
import { consumerGroup } from './settings.ts';

/** The pipeline after the incident of 2020 (source 4153-4262): the streaming one, any part of which may be down for a while. */
export const target = defineTarget({
  ...streaming,
  name: 'inventory/resilient-2021',
  summary:
    'The streaming pipeline with breakers, timeouts and shedding: survives every fault, sheds premium shoppers last.',
  dependencies: [dependencySpec('recommendations')],
  processes: (context) => [
    workerSpec(workerName, new URL('worker.ts', import.meta.url), context, {
      count: 2,
      memoryLimitMiB: 320,
      restart: 'always',
    }),
  ],
  actions,
  metrics: {
    ...streaming.metrics,
    breakersOpen: 'pipeline_breakers_open',
  },
  consumerGroups: [{ id: consumerGroup, topics: inputTopics, sessionTimeoutMs }],
});
