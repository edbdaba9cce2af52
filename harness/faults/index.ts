import type { Scenario } from '../scenario/scenario.ts';
import type { Fault, FaultNeeds } from './fault.ts';
import { brokerDiskFullFault } from './broker-disk-full.ts';
import { connectionsExhaustedFault } from './connections-exhausted.ts';
import { databaseLockFault } from './database-lock.ts';
import { dependencyDownFault } from './dependency-down.ts';
import { dependencyFailingFault } from './dependency-failing.ts';
import { dependencyLimitedFault } from './dependency-limited.ts';
import { dependencySlowFault } from './dependency-slow.ts';
import { networkBandwidthFault } from './network-bandwidth.ts';
import { networkCutFault } from './network-cut.ts';
import { networkLatencyFault } from './network-latency.ts';
import { networkResetFault } from './network-reset.ts';
import { poisonMessagesFault } from './poison-messages.ts';
import { redeliveryFault } from './redelivery.ts';
import { redisFlushFault } from './redis-flush.ts';
import { storeFreezeFault } from './store-freeze.ts';
import { storeKillFault } from './store-kill.ts';
import { workerCrashFault } from './worker-crash.ts';
import { workerFreezeFault } from './worker-freeze.ts';
import { workerLeakFault } from './worker-leak.ts';
import { workerStarveFault } from './worker-starve.ts';

export { brokerDiskFull } from './broker-disk-full.ts';
export { connectionsExhausted } from './connections-exhausted.ts';
export { databaseLock } from './database-lock.ts';
export { dependencyDown } from './dependency-down.ts';
export { dependencyFailing } from './dependency-failing.ts';
export { dependencyLimited } from './dependency-limited.ts';
export { dependencySlow } from './dependency-slow.ts';
export { networkBandwidth } from './network-bandwidth.ts';
export { networkCut } from './network-cut.ts';
export { networkLatency } from './network-latency.ts';
export { networkReset } from './network-reset.ts';
export { poisonMessages } from './poison-messages.ts';
export { redelivery } from './redelivery.ts';
export { redisFlush } from './redis-flush.ts';
export { storeFreeze } from './store-freeze.ts';
export { storeKill } from './store-kill.ts';
export { workerCrash } from './worker-crash.ts';
export { workerFreeze } from './worker-freeze.ts';
export { workerLeak } from './worker-leak.ts';
export { workerStarve } from './worker-starve.ts';

/** Every fault by its type. */
export const faults: ReadonlyMap<string, Fault> = new Map<string, Fault>(
  [
    brokerDiskFullFault,
    connectionsExhaustedFault,
    databaseLockFault,
    dependencyDownFault,
    dependencyFailingFault,
    dependencyLimitedFault,
    dependencySlowFault,
    networkBandwidthFault,
    networkCutFault,
    networkLatencyFault,
    networkResetFault,
    poisonMessagesFault,
    redeliveryFault,
    redisFlushFault,
    storeFreezeFault,
    storeKillFault,
    workerCrashFault,
    workerFreezeFault,
    workerLeakFault,
    workerStarveFault,
  ].map((fault) => [fault.type, fault as unknown as Fault]),
);

/** What all faults of a validated scenario need together. */
export function needsOfFaults(scenario: Pick<Scenario, 'faults'>): FaultNeeds {
  const needs = scenario.faults.map(({ fault }) => faults.get(fault.type)?.needs?.(fault) ?? {});
  return {
    proxies: needs.some(({ proxies }) => proxies === true),
    logVolume: needs.some(({ logVolume }) => logVolume === true),
    agent: needs.some(({ agent }) => agent === true),
  };
}
