import type { Producer } from 'kafkajs';
import type { Decision } from 'toofan';
import { encodeDecision } from './wire.ts';

/** An answer on its way out. */
export interface DecisionToSend {
  readonly op: number;
  /** The operation's key: answers for one key stay in order. */
  readonly key: string;
  readonly answer: string;
  readonly reason: string | null;
  /** Default: `full`. */
  readonly mode?: Decision['mode'];
}

/** A record for the producer. */
export interface Message {
  readonly key: string;
  readonly value: string;
}

/** Sends answers; resolves once the broker has all of them. */
export const sendDecisions = (producer: Producer, topic: string, decisions: readonly DecisionToSend[]): Promise<void> =>
  sendAll(
    producer,
    topic,
    decisions.map(({ op, key, answer, reason, mode }) => ({ key, value: encodeDecision(op, answer, reason, mode) })),
  );

/** kafkajs copies the list of a request's records once per record: beyond some hundreds that costs more than another request. */
const recordsPerRequest = 400;

/** Sends records of one topic; resolves once the broker has all of them. */
export async function sendAll(producer: Producer, topic: string, messages: readonly Message[]): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (let from = 0; from < messages.length; from += recordsPerRequest) {
    sent.push(producer.send({ topic, acks: -1, messages: messages.slice(from, from + recordsPerRequest) }));
  }
  await Promise.all(sent);
}
