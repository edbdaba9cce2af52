import { expect, it } from 'vitest';
import { topicNeeds, topics } from '../../simulators/inventory/shared/topics.ts';
import { openKafka, openProducer } from '../../simulators/worker/worker-process.ts';
import { sharedStack } from '../shared-stack.ts';
import { eventually } from './rehearsal.ts';
import { nightly } from '../nightly.ts';

const shared = sharedStack({ topics: topicNeeds, postgres: {}, redis: false });
const patience = { connectWithinMs: 500, answerWithinMs: 2_000, retries: 2 };

it.skipIf(!nightly)(
  'a producer sends once the broker speaks, although it said nothing while the producer was opened',
  async () => {
    const { stack } = shared;
    await stack.reset({ topics: topicNeeds, postgres: {}, redis: false });
    const broker = stack.parts.get('kafka');
    const environment = {
      stack: stack.direct,
      dependencies: {},
      port: 0,
      host: '127.0.0.1',
      instance: '0',
      timeScale: 1,
      sessionTimeoutMs: 3_000,
      switchesFile: '',
    };
    await broker?.freeze();
    const producer = await openProducer(openKafka(environment, 'test', patience), patience);
    await broker?.thaw();
    const send = () => producer.send({ topic: topics.decisions, acks: -1, messages: [{ key: 'p', value: 'v' }] });
    try {
      await eventually(() =>
        send().then(
          () => null,
          (error: unknown) => String(error),
        ),
      );
      const [sent] = await send();
      expect(sent?.baseOffset).toBe('1');
    } finally {
      await producer.disconnect();
    }
  },
);
