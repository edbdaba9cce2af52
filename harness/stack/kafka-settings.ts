/**
 * The settings of a drill's broker, as a process or a container. One node, so every internal topic has one replica; few
 * partitions of them, because each costs time at start and at reset.
 */
export const kafkaSettings: Readonly<Record<string, string | number>> = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'inter.broker.listener.name': 'PLAINTEXT',
  // A mistyped topic must fail, not appear with the broker's defaults.
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'share.coordinator.state.topic.replication.factor': 1,
  'share.coordinator.state.topic.min.isr': 1,
  // The default of 3 s slows down every cold start of a consumer.
  'group.initial.rebalance.delay.ms': 0,
  // Lets a target notice a killed worker within a drill; the client's own timeout decides.
  'group.min.session.timeout.ms': 1_000,
  // A killed broker may register again only when its old session has expired: 9 s by default.
  'broker.session.timeout.ms': 3_000,
  'broker.heartbeat.interval.ms': 500,
  // Deletes a topic's files at once: many drills share one broker.
  'log.segment.delete.delay.ms': 1_000,
  // The default of 128 MiB is heap that a single node with small internal topics never uses.
  'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024,
};

export interface KafkaPorts {
  readonly broker: number;
  readonly controller: number;
  /** The listener that redirects its clients to a proxy; absent if the stack has no proxies. */
  readonly proxied?: { readonly listen: number; readonly advertised: number };
}

/** The broker's listeners, open on `host`, advertised on loopback. */
export function listenerSettings(host: string, { broker, controller, proxied }: KafkaPorts): Record<string, string> {
  const loopback = '127.0.0.1';
  const listeners = [`PLAINTEXT://${host}:${broker}`, `CONTROLLER://${loopback}:${controller}`];
  const advertised = [`PLAINTEXT://${loopback}:${broker}`];
  if (proxied !== undefined) {
    listeners.push(`PROXIED://${host}:${proxied.listen}`);
    advertised.push(`PROXIED://${loopback}:${proxied.advertised}`);
  }
  return {
    'controller.quorum.voters': `1@${loopback}:${controller}`,
    listeners: listeners.join(','),
    'advertised.listeners': advertised.join(','),
    ...(proxied !== undefined && {
      'listener.security.protocol.map': `${kafkaSettings['listener.security.protocol.map']},PROXIED:PLAINTEXT`,
    }),
  };
}

/** Heap of the broker. */
export const kafkaHeapMiB = 1024;

/** `KAFKA_NODE_ID=1`: how `kafka.docker.KafkaDockerWrapper` takes a setting. */
export function asEnvironment(settings: Readonly<Record<string, string | number>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [
      `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
      String(value),
    ]),
  );
}
