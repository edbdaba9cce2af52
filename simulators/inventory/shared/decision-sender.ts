import type { Producer } from 'kafkajs';
import type { Decision } from '../../../harness/target/target.ts';
import { topics } from './topics.ts';
import { encodeDecision } from './wire.ts';

/** An answer on its way out. */
export interface DecisionToSend {
  readonly op: number;
  readonly product: string;
  readonly answer: string;
  readonly reason: string | null;
  /** `full` where it is left out. */
  readonly mode?: Decision['mode'];
}

/** kafkajs copies the list of a request's records once for each record: beyond some hundreds that costs more than another request. */
const recordsPerRequest = 400;

/** Sends answers, keyed by product; resolves once the broker holds all of them. Answers of one product stay in order. */
export async function sendDecisions(producer: Producer, decisions: readonly DecisionToSend[]): Promise<void> {
  const sent: Promise<unknown>[] = [];
  for (let from = 0; from < decisions.length; from += recordsPerRequest) {
    const messages = decisions.slice(from, from + recordsPerRequest).map(({ op, product, answer, reason, mode }) => ({
      key: product,
      value: encodeDecision(op, answer, reason, mode),
    }));
    sent.push(producer.send({ topic: topics.decisions, acks: -1, messages }));
  }
  await Promise.all(sent);
}
