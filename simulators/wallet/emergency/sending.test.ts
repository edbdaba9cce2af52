import type { Producer } from 'kafkajs';
import { expect, it } from 'vitest';
import { Sending } from './sending.ts';

type Sent = Parameters<Producer['send']>[0];
const message = (key: string) => ({ key, value: key });

it('sends what is given within one turn together, by topic, and tells each who gave it', async () => {
  const sent: Sent[] = [];
  const send = async (record: Sent) => {
    sent.push(record);
    if (record.topic === 'broken') throw new Error('no broker');
    return [];
  };
  const sending = new Sending({ send } as unknown as Producer);
  const first = await Promise.allSettled([
    sending.send('answers', message('a')),
    sending.send('broken', message('b')),
    sending.send('answers', message('c')),
  ]);
  await sending.send('answers', message('d'));
  expect(first.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(sent.map(({ topic, messages }) => [topic, ...messages.map(({ key }) => key)])).toEqual([
    ['answers', 'a', 'c'],
    ['broken', 'b'],
    ['answers', 'd'],
  ]);
});
