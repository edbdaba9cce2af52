import type { Asker } from '../../worker/ask.ts';
import type { Arrived } from '../../worker/consume.ts';
import type { DeadLetter } from '../../worker/dead-letters.ts';
import type { DecisionToSend } from '../../worker/decision-sender.ts';
import type { WorkerMetrics } from '../../worker/worker-metrics.ts';
import type { Request } from '../shared/wire.ts';
import type { Sending } from './sending.ts';
import type { Shards } from './shards.ts';

/** What a worker's steps need. */
export interface Parts {
  readonly shards: Shards;
  readonly sending: Pick<Sending, 'send'>;
  readonly bank: Pick<Asker, 'ask'>;
  readonly fraud: Pick<Asker, 'ask'>;
  readonly answer: (request: Request, told: Told) => Promise<void>;
  readonly bury: (letters: readonly DeadLetter[]) => Promise<void>;
  readonly failed: WorkerMetrics['failed'];
  /** Counts a payment that took too long. */
  readonly slow: () => void;
}

/** An answer without its operation. */
export type Told = Pick<DecisionToSend, 'answer' | 'reason' | 'mode'>;

/** A request, and its record. */
export interface Job<Of extends Request = Request> {
  readonly request: Of;
  readonly record: Arrived;
}
