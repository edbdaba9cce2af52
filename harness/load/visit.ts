import type { Operation } from '../domains/domain.ts';

/** An operation that a visitor performs, and the attempt number. */
export interface VisitorOperation extends Operation {
  readonly attempt: number;
}

interface VisitRequest {
  /** Default: `GET`. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** Relative to the shop's address: `/products/product-00042`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: object;
  /** The operation that the request performs or asks about; its answer goes into the history under that op. */
  readonly about?: VisitorOperation;
  /**
   * Whether to read the answer's body, which costs k6 as much as the rest of the request. Always read if the request has an
   * operation.
   */
  readonly reads?: boolean;
}

export interface VisitReply {
  /** 0 without an answer. */
  readonly status: number;
  /** The body's JSON; null if it is none, or was not read. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** One shopper, from arriving to leaving. Runs inside k6: no Node, no packages, no promises. */
export interface Visit {
  /** Number among all visits of the drill, from 0; the same visit does the same in every run with one seed. */
  readonly number: number;
  /** What the shopper came to do, in this order. */
  readonly operations: readonly VisitorOperation[];
  /** Sends a request and waits for its answer. Objectives and thresholds refer to it by `name` (`browse`). Never throws. */
  request(name: string, request: VisitRequest): VisitReply;
  think(ms: number): void;
}

/** The default export of a journey's module: what a shopper does during a visit. */
export type Journey = (visit: Visit) => void;
