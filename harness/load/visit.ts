import type { Operation } from '../domains/domain.ts';

/** An operation that a visitor does, and the how-manieth time. */
export interface VisitorOperation extends Operation {
  readonly attempt: number;
}

interface VisitRequest {
  /** `GET` where it is left out. */
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** From the shop's address: `/products/product-00042`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Goes as JSON. */
  readonly body?: object;
  /** The operation that the request does or asks after; what it was told goes into the history under its name. */
  readonly about?: VisitorOperation;
  /** Whether the visitor reads the answer's body; it costs k6 as much as the rest of a request. Always, where it is about something. */
  readonly reads?: boolean;
}

export interface VisitReply {
  /** 0 where no answer came. */
  readonly status: number;
  /** The body's JSON; null where it is none, or was not read. */
  readonly body: Readonly<Record<string, unknown>> | null;
}

/** One shopper, from coming to leaving. Runs inside k6: no Node, no packages, nothing to be awaited. */
export interface Visit {
  /** Of all visits of the drill, from 0; the same visit does the same in every run of one seed. */
  readonly number: number;
  /** What the shopper has come to do, in this order. */
  readonly operations: readonly VisitorOperation[];
  /** Sends a request and waits for its answer. `name` is what objectives and thresholds call it (`browse`). Never throws. */
  request(name: string, request: VisitRequest): VisitReply;
  think(ms: number): void;
}

/** What a journey's module exports as its default: how a shopper comes to do what they came for. */
export type Journey = (visit: Visit) => void;
