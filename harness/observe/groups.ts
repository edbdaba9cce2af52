import type { ConsumerGroup } from '../target/target.ts';
import type { KafkaLog } from './kafka-log.ts';
import { fiveTimesASecondMs, type Probe, type Reading } from './probe.ts';

/**
 * Changes of each consumer group: probe `rebalance`, 1 by the group's id, at every look at which other members are in it than at the
 * last one, or at which it is dividing its partitions anew. Nothing where nothing changed.
 */
export function groupsProbe(log: KafkaLog, groups: readonly ConsumerGroup[]): Probe {
  const known = new Map<string, string>();
  return {
    everyMs: fiveTimesASecondMs,
    async sample() {
      const now = await log.members(groups.map(({ id }) => id));
      return [...now].flatMap(([group, members]): Reading[] => {
        const before = known.get(group);
        known.set(group, members);
        if (before === undefined || before === members) return [];
        return [{ probe: 'rebalance', subject: group, value: 1, unit: '' }];
      });
    },
  };
}
