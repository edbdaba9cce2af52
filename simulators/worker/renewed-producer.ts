import type { Producer } from 'kafkajs';

/**
 * What kafkajs says of every request, for ever, once a broker took a connection and then said nothing for longer than a
 * connection may take: it has the connection for a good one, though the two have never agreed on how to talk.
 */
const neverIntroduced = 'Broker not connected';

/** A producer that goes on with fresh connections after a send that failed for that reason; the send itself still rejects. */
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
