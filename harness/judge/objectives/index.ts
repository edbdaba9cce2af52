import { answerShareObjective } from './answer-share.ts';
import { consumerLagObjective } from './consumer-lag.ts';
import { costPerOperationObjective } from './cost-per-operation.ts';
import { decidedObjective } from './decided.ts';
import { decisionLatencyObjective } from './decision-latency.ts';
import { degradedShareObjective } from './degraded-share.ts';
import { degradedTimeObjective } from './degraded-time.ts';
import { detectedObjective } from './detected.ts';
import { drainedObjective } from './drained.ts';
import { goodputObjective } from './goodput.ts';
import { memoryBoundedObjective } from './memory-bounded.ts';
import type { Objective } from './objective.ts';
import { queueLengthObjective } from './queue-length.ts';
import { recoveredFromEachObjective } from './recovered-from-each.ts';
import { recoveredObjective } from './recovered.ts';
import { requestLatencyObjective } from './request-latency.ts';
import { requestsShedObjective } from './requests-shed.ts';
import { requestsFailedObjective } from './requests-failed.ts';
import { settledObjective } from './settled.ts';
import { shedShareObjective } from './shed-share.ts';
import { shelfAccuracyObjective } from './shelf-accuracy.ts';
import { succeededObjective } from './succeeded.ts';
import { turnedAwayObjective } from './turned-away.ts';

export { answerShare } from './answer-share.ts';
export { consumerLag } from './consumer-lag.ts';
export { costPerOperation } from './cost-per-operation.ts';
export { decided } from './decided.ts';
export { decisionLatency } from './decision-latency.ts';
export { degradedShare } from './degraded-share.ts';
export { degradedTime } from './degraded-time.ts';
export { detected } from './detected.ts';
export { drained } from './drained.ts';
export { goodput } from './goodput.ts';
export { memoryBounded } from './memory-bounded.ts';
export { queueLength } from './queue-length.ts';
export { recoveredFromEach } from './recovered-from-each.ts';
export { recovered } from './recovered.ts';
export { requestLatency } from './request-latency.ts';
export { requestsFailed } from './requests-failed.ts';
export { requestsShed } from './requests-shed.ts';
export { settled } from './settled.ts';
export { shedShare } from './shed-share.ts';
export { shelfAccuracy } from './shelf-accuracy.ts';
export { succeeded } from './succeeded.ts';
export { turnedAway } from './turned-away.ts';

const all: readonly Objective<never>[] = [
  decisionLatencyObjective,
  consumerLagObjective,
  drainedObjective,
  decidedObjective,
  shelfAccuracyObjective,
  memoryBoundedObjective,
  shedShareObjective,
  recoveredObjective,
  goodputObjective,
  detectedObjective,
  recoveredFromEachObjective,
  queueLengthObjective,
  costPerOperationObjective,
  answerShareObjective,
  succeededObjective,
  settledObjective,
  degradedTimeObjective,
  degradedShareObjective,
  requestLatencyObjective,
  requestsFailedObjective,
  requestsShedObjective,
  turnedAwayObjective,
];

/** Every kind of objective, by the `type` of its spec. */
export const objectives: ReadonlyMap<string, Objective<never>> = new Map(all.map((one) => [one.type, one]));
