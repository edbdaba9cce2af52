/**
 * What one business is to the harness: its world, its operations, its invariants, its rupees. The rest of
 * harness/ knows keys, quantities, answers and effects, and neither product nor account.
 */

import type { z } from 'zod';
import type { HistoryTable } from '../history/schema.ts';

/** One thing that somebody does to the system. A pure function of (seed, op). */
export interface Operation {
  /** Unique in a drill, a safe integer; `op = arrival * slotsPerArrival + slot`. BIGINT in the history, decimal on the wire. */
  readonly op: number;
  /** order, cancellation, return, restock … */
  readonly kind: string;
  /** The op that this one is about (a cancellation's order); null where it stands alone. */
  readonly subjectOp: number | null;
  readonly key: string;
  /** The second key where there are two (a payee); null otherwise. */
  readonly otherKey: string | null;
  readonly quantity: number;
  readonly amountPaise: number;
  readonly class: 'premium' | 'regular';
  /** What the domain's own targets need beyond this (shopper, city, payment method …); plain JSON values. */
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** What a drill's load curve promises, so that a world can stock itself by expected demand. */
export interface ExpectedLoad {
  /** Arrivals (of the primary kind) over the whole curve, warm-up included. */
  readonly arrivals: number;
  /** Arrivals planned before the middle of the highest phase. */
  readonly arrivalsToMidSurge: number;
  /** Companion operations per arrival, by kind. */
  readonly mix: Readonly<Record<string, number>>;
}

/** A seeded world, made before the clock starts. Everything is a pure function of (seed, number). */
export interface World {
  /** The operation itself; throws a RangeError where `op` names none. */
  operation(op: number): Operation;
  /**
   * The operations planned at arrival number `arrival` (0-based): its primary operation first, then its
   * companions (a cancellation of an earlier order, a second press of an earlier button: `attempt` 2).
   */
  arrival(arrival: number, visit: (op: number, attempt: number) => void): void;
  /** The arrival at which an op's first attempt is planned. */
  arrivalOf(op: number): number;
  /** Opening state, one row a key. */
  readonly opening: readonly OpeningBalance[];
  /** What a person calls a key; goes into the history, so that a report needs no world. */
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
 * A promise of the business. A query over the open history that returns its counterexamples,
 * most harmful first; no row is a pass.
 */
export interface Invariant {
  readonly name: string;
  /** One sentence for the report: what is promised. */
  readonly promise: string;
  /** History tables without which it cannot be judged; a target that cannot supply one is refused at validation. */
  readonly needs: readonly HistoryTable[];
  /** It convicts the stack too, of what the broker acknowledged and does not have. */
  readonly judgesLostAcks?: boolean;
  /** It judges the copy that customers are shown, so the target must declare a read model. */
  readonly needsReadModel?: boolean;
  /**
   * SQL over the judge's tables (see judge/make-tables.ts). Columns: `key`, `ops` (BIGINT[]), `at` (BIGINT µs, or null),
   * `harm` (DOUBLE, larger is worse), `detail` (VARCHAR, one sentence with the figures).
   */
  readonly counterexamples: string;
  /**
   * SQL with one column `reason`; a row says why finding no counterexample is not enough here (no closing balances, not drained). A
   * counterexample stands all the same, so `counterexamples` must itself leave out what is one only because something is not known.
   */
  readonly unknown?: string;
}

/**
 * One figure of the impact in money or things; SQL gives one row with one column `value`, over the judge's tables, the domain's
 * own tables and `service` (see judge/outcomes.ts).
 */
export interface ImpactFigure {
  /** The member's name in `run.json` (`oversoldPaise`). */
  readonly name: string;
  readonly label: string;
  /** `paise`, `share`, or a word for what is counted (`units`, `orders`); the name ends with it. */
  readonly unit: string;
  readonly sql: string;
  /** How it is reckoned, in words. */
  readonly formula: string;
  /** Whether it counts damage; a report shows such a figure as bad where it is not zero. */
  readonly harm: boolean;
  /** It tells what an incident cost: left out where the scenario has no faults. */
  readonly ofFaults?: boolean;
}

/** A dangerous state that a drill may come to; the SQL gives one row with one column `value`, how often it did. */
export interface ReachedState {
  /** `stock-at-zero`, as a scenario's `reach` names it. */
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

/** The words that operations are answered with, and what some of them mean to the judge. */
export interface Answers {
  /** Every word that an operation may be answered with, by its kind; any other is a breach. */
  readonly byKind: Readonly<Record<string, readonly string[]>>;
  /** Those that count as the system doing its work; the others are bounded by objectives of their own. */
  readonly served: readonly string[];
  /** Turned away on purpose to keep serving the rest; a visitor may be told so of anything, at the door. */
  readonly shed: string;
  /** What a visitor is told while nothing is decided. */
  readonly pending: string;
  /** A decision that takes back an earlier one. */
  readonly takenBack: string;
}

export interface Domain {
  readonly name: string;
  /** The kind that `perSecond` counts and that phases report; and what many of it are called. */
  readonly primaryKind: string;
  readonly primaryPlural: string;
  /** What is asked for and left of a key is counted in; nothing is where it is left out. */
  readonly measure?: 'units' | 'paise';
  /** What a key is to a person (`product`), and what it holds (`stock`; empty where nothing is measured). */
  readonly words: { readonly key: string; readonly holds: string };
  /** Kinds that `mix` may name. */
  readonly companionKinds: readonly string[];
  /** Ops reserved for one arrival. */
  readonly slotsPerArrival: number;
  /** Classes of customers; the favoured one first, whom an overloaded pipeline turns away last. */
  readonly classes: readonly [favoured: string, others: string];
  readonly answers: Answers;
  /** In which an answer may be given; any other is a breach. */
  readonly modes: readonly string[];
  /** The answer to the primary kind that moves something, and how many effects it then has. */
  readonly settles: { readonly answer: string; readonly effects: number };
  /** Its effects name each operation that waits in a pipeline's own books, so that what is not named there does not wait. */
  readonly effectsNameWhoWaits?: boolean;
  /** How long a customer waits for an answer, ms of wall time: what is decided later has timed out. Five seconds where it is left out. */
  readonly clientWaitsMs?: number;
  /** Schema of a scenario's `world`. */
  readonly world: z.ZodType;
  openWorld(spec: unknown, seed: number, load: ExpectedLoad): World;
  /** Tables of the domain's own that are filled a slice of the operations at a time, as the judge's tables are: memory stays bounded. */
  readonly sliced?: SlicedTables;
  /** SQL that makes the domain's own tables from the judge's tables, once, before invariants and impact are asked. */
  readonly staging?: readonly string[];
  readonly invariants: readonly Invariant[];
  /** SQL with one column `op`: operations that were answered wrongly, as far as the judge's tables and `staging` tell. */
  readonly wrong: string;
  /**
   * SQL with one column `op`: what was denied and is not shown right by the history, as far as the judge's tables and `staging` tell.
   * Where it is left out: whatever was submitted and got none of the served answers.
   */
  readonly turnedAway?: string;
  readonly impact: readonly ImpactFigure[];
  /** Dangerous states of its own, beside those of any business (judge/reached.ts). */
  readonly reached?: readonly ReachedState[];
}
