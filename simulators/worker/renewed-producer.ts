import type { Producer } from 'kafkajs';

/**
 * kafkajs's error on every request, forever, after a broker accepted a connection and then stayed silent for longer than the
 * connection timeout: kafkajs considers the connection good, although the API versions were never negotiated.
 */
const neverIntroduced = 'Broker not connected';

/** A producer that continues with fresh connections after a send that failed for that reason; the send itself still rejects. */
export function renewedProducer(producer: Producer): Producer {
  let deaf = false;
  let renewal: Promise<void> | undefined;
  const renew = async (): Promise<void> => {
    await producer.disconnect();
    await producer.connect();
    deaf = false;
  };
  return {
    ...producer,
    send: async (record) => {
      if (deaf) await (renewal ??= renew().finally(() => (renewal = undefined)));
      try {
        return await producer.send(record);
      } catch (error) {
        deaf ||= error instanceof Error && error.message.includes(neverIntroduced);
        throw error;
      }
    },
  };
}
