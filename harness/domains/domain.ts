/**
 * One business as the harness sees it: its world, operations, invariants and rupees. The rest of harness/ knows keys, quantities,
 * answers and effects, but no products or accounts.
 */

import type { z } from 'zod';
import type { HistoryTable } from '../history/schema.ts';

/** One thing that somebody asks of the system. A pure function of (seed, op). */
export interface Operation {
  /** Unique in a drill, a safe integer; `op = arrival * slotsPerArrival + slot`. BIGINT in the history, decimal on the wire. */
  readonly op: number;
  /** order, cancellation, return, restock … */
  readonly kind: string;
  /** The op that this one refers to (a cancellation's order); null if none. */
  readonly subjectOp: number | null;
  readonly key: string;
  /** The second key, if there is one (a payee); otherwise null. */
  readonly otherKey: string | null;
  readonly quantity: number;
  readonly amountPaise: number;
  readonly class: 'premium' | 'regular';
  /** What else the domain's own targets need (shopper, city, payment method …); plain JSON values. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** What a drill's load curve implies, so that a world can stock itself by expected demand. */
export interface ExpectedLoad {
  /** Arrivals (of the primary kind) over the whole curve, warm-up included. */
  readonly arrivals: number;
  /** Arrivals planned before the middle of the peak phase. */
  readonly arrivalsToMidSurge: number;
  /** Companion operations per arrival, by kind. */
  readonly mix: Readonly<Record<string, number>>;
}

/** A seeded world, made before the clock starts. Everything is a pure function of (seed, number). */
export interface World {
  /** The operation; throws a RangeError if `op` names none. */
  operation(op: number): Operation;
  /**
   * The operations planned at arrival number `arrival` (0-based): its primary operation first, then its companions (a
   * cancellation of an earlier order, a double click on an earlier button: `attempt` 2).
   */
  arrival(arrival: number, visit: (op: number, attempt: number) => void): void;
  /** The arrival at which an op's first attempt is planned. */
  arrivalOf(op: number): number;
  /** Opening state, one row per key. */
  readonly opening: readonly OpeningBalance[];
  /** Human-readable names of keys; they go into the history, so that a report needs no world. */
  readonly catalogue: readonly CatalogueEntry[];
}

export interface OpeningBalance {
  readonly key: string;
  readonly available: number;
}

export interface CatalogueEntry {
  readonly key: string;
  readonly name: string;
  readonly category: string;
  readonly pricePaise: number;
}

/**
 * A promise of the business: a query over the open history that returns its counterexamples, most harmful first; no rows is a
 * pass.
 */
export interface Invariant {
  readonly name: string;
  /** One sentence for the report: the promise. */
  readonly promise: string;
  /** History tables that it needs; a target that cannot supply one is refused at validation. */
  readonly needs: readonly HistoryTable[];
  /** It also convicts the stack, for records that the broker acknowledged but does not have. */
  readonly judgesLostAcks?: boolean;
  /** It judges the read model, so the target must declare one. */
  readonly needsReadModel?: boolean;
  /**
   * SQL over the judge's tables (see judge/make-tables.ts). Columns: `key`, `ops` (BIGINT[]), `at` (BIGINT µs, or null),
   * `harm` (DOUBLE, larger is worse), `detail` (VARCHAR, one sentence with the figures).
   */
  readonly counterexamples: string;
  /**
   * SQL with one column `reason`; a row says why finding no counterexample is not enough here (no closing balances, not drained).
   * Counterexamples stand all the same, so `counterexamples` must itself omit what only looks like one because something is
   * unknown.
   */
  readonly unknown?: string;
}

/**
 * One figure of the impact, in money or things; the SQL returns one row with one column `value`, over the judge's tables, the
 * domain's own tables and `service` (see judge/outcomes.ts).
 */
export interface ImpactFigure {
  /** The member's name in `run.json` (`oversoldPaise`). */
  readonly name: string;
  readonly label: string;
  /** `paise`, `share`, or a word for what is counted (`units`, `orders`); the name ends with it. */
  readonly unit: string;
  readonly sql: string;
  /** How it is computed, in words. */
  readonly formula: string;
  /** Whether it counts damage; a report shows a nonzero value as bad. */
  readonly harm: boolean;
  /** It is the cost of an incident: omitted if the scenario has no faults. */
  readonly ofFaults?: boolean;
}

/** A dangerous state that a drill may reach; the SQL returns one row with one column `value`, how often it did. */
export interface ReachedState {
  /** `stock-at-zero`, as in a scenario's `reach`. */
  readonly state: string;
  /** What is counted, in words. */
  readonly meaning: string;
  readonly sql: string;
}

/** `tables` makes them, empty; `fill` gives the SQL for one slice, a condition on `op`, once `ops` holds it. */
export interface SlicedTables {
  readonly tables: string;
  fill(slice: string): string;
}

/** The possible answers to operations, and what some of them mean to the judge. */
export interface Answers {
  /** Every possible answer, by the operation's kind; any other is a breach. */
  readonly byKind: Readonly<Record<string, readonly string[]>>;
  /** Answers that count as service; the others are bounded by objectives of their own. */
  readonly served: readonly string[];
  /** Turned away on purpose to keep serving the rest; possible for anything, at the door. */
  readonly shed: string;
  /** What a visitor is told while nothing is decided. */
  readonly pending: string;
  /** A decision that takes back an earlier one. */
  readonly takenBack: string;
}

export interface Domain {
  readonly name: string;
  /** The kind that `perSecond` counts and that phases report; and its plural. */
  readonly primaryKind: string;
  readonly primaryPlural: string;
  /** The unit of quantities asked for and left; absent if there is none. */
  readonly measure?: 'units' | 'paise';
  /** What a key is to a person (`product`), and what it holds (`stock`; empty where nothing is measured). */
  readonly words: { readonly key: string; readonly holds: string };
  /** Kinds that `mix` may name. */
  readonly companionKinds: readonly string[];
  /** Number of ops reserved for one arrival. */
  readonly slotsPerArrival: number;
  /** Classes of customers, the favoured one first: an overloaded pipeline turns it away last. */
  readonly classes: readonly [favoured: string, others: string];
  readonly answers: Answers;
  /** The modes in which an answer may be given; any other is a breach. */
  readonly modes: readonly string[];
  /** The answer to the primary kind that moves something, and how many effects it then has. */
  readonly settles: { readonly answer: string; readonly effects: number };
  /**
   * Its effects name each operation that waits in a pipeline's own books, so that an operation not named there is not waiting.
   */
  readonly effectsNameWhoWaits?: boolean;
  /** A customer's patience, ms of wall time: later decisions count as timed out. Default: five seconds. */
  readonly clientWaitsMs?: number;
  /** Schema of a scenario's `world`. */
  readonly world: z.ZodType;
  openWorld(spec: unknown, seed: number, load: ExpectedLoad): World;
  /** The domain's own tables that are filled slice by slice, like the judge's: memory stays bounded. */
  readonly sliced?: SlicedTables;
  /** SQL that makes the domain's own tables from the judge's tables, once, before invariants and impact run. */
  readonly staging?: readonly string[];
  readonly invariants: readonly Invariant[];
  /** SQL with one column `op`: operations that were answered wrongly, as far as the judge's tables and `staging` show. */
  readonly wrong: string;
  /**
   * SQL with one column `op`: denials that the history does not show to be right, as far as the judge's tables and `staging`
   * show. Default: everything submitted that got none of the served answers.
   */
  readonly turnedAway?: string;
  readonly impact: readonly ImpactFigure[];
  /** Its own dangerous states, in addition to the common ones (judge/reached.ts). */
  readonly reached?: readonly ReachedState[];
}
