import type { Operation, World } from '../domains/domain.ts';
import type { Span } from '../scenario/time.ts';
import type { Addresses, StackNeeds } from '../stack/stack.ts';
import type { ProcessSpec, TargetProcesses } from './processes.ts';

/** A record for an input topic. */
export interface InputRecord {
  readonly topic: string;
  readonly key: string;
  readonly value: string;
}

/** A record as read back from a log. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since the epoch, from the log. */
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** The pipeline's answer to one operation. */
export interface Decision {
  readonly op: number;
  readonly key: string;
  readonly answer: string;
  /** `full` or `degraded`; any other value is recorded and judged. */
  readonly mode: string;
  readonly reason: string | null;
}

/** A query whose rows stream into the history; `store` is the Postgres server's name in `needs`. */
export interface TruthQuery {
  readonly store: string;
  /**
   * effects: op, leg, key, delta, amount_paise, version, committed_at (timestamptz).
   * balances: key, available, sold, version.
   */
  readonly sql: string;
}

/** A query that returns one number, which must be zero at every moment: the sum of a store's books. Runs during the drill. */
export interface AuditQuery {
  /** Unique among the target's audits. */
  readonly name: string;
  /** The Postgres server's name in `needs`. */
  readonly store: string;
  /** One statement; it runs in its own snapshot (REPEATABLE READ, READ ONLY). */
  readonly sql: string;
}

/** A copy of the balances that customers see (a Redis shelf), and how stale the pipeline declares it may be. */
export interface ReadModel {
  readonly name: string;
  open(at: Addresses): Promise<ReadModelReader>;
  /** A read may show any value that was true within this time before it. */
  readonly stalenessMs: number;
  /** This long after the drain, it must equal the truth. */
  readonly refreshMs: number;
}
export interface ReadModelReader extends AsyncDisposable {
  /** Availability by key, in the order requested; null if the copy does not have the key. */
  read(keys: readonly string[]): Promise<(number | null)[]>;
}

/** What processes are started with. */
export interface ProcessContext {
  readonly stack: Addresses;
  /** Story minutes per wall minute, for a pipeline with a clock of its own (a 30-minute batch). */
  readonly timeScale: number;
  /** Base URL of each dependency by name, `http://127.0.0.1:4711`. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What a responder can do to a running pipeline; taken by a scenario's script, or by people in a game day. */
export interface TargetAction {
  /** One sentence: what it does. */
  readonly summary: string;
  run(context: ActionContext): Promise<void>;
  /** Resolves to what was observed, in words; rejects if the action did not take effect. */
  verify(context: ActionContext): Promise<string>;
}
export interface ActionContext {
  readonly processes: TargetProcesses;
  readonly dependencies: TargetProcesses;
  readonly stack: Addresses;
  readonly signal: AbortSignal;
}

/** What the harness must know about a pipeline, in whatever language it is written. */
export interface Target {
  /** `inventory/streaming` */
  readonly name: string;
  /** One sentence for `toofan list`. */
  readonly summary: string;
  readonly domain: string;
  readonly needs: StackNeeds;
  /** Loads the world's opening state into stores that `reset` left empty; runs before any process starts. */
  prepare(at: Addresses, world: World): Promise<void>;
  /**
   * Stand-ins for the services that the pipeline calls over HTTP (recommendations, a bank), started before it; one instance each.
   * Faults work on a dependency with `GET` and `PUT /settings`, like those in simulators/dependencies/. Each gets the stores'
   * addresses in its environment, `TOOFAN_STACK`: the `Addresses` as JSON, direct ones (a fault on the pipeline's network does
   * not affect the bank). A dependency that keeps books uses a Postgres server of its own among `needs`, so that they survive a
   * kill and are read like any other truth.
   */
  readonly dependencies?: readonly ProcessSpec[];
  /** Empty if the pipeline already runs. */
  processes(context: ProcessContext): readonly ProcessSpec[];
  /** By name: `resize-pool`, `restart-workers` … */
  readonly actions?: Readonly<Record<string, TargetAction>>;
  /** Names of the metrics that its processes expose on `/metrics` of their port. */
  readonly metrics?: MetricNames;
  /** Groups whose committed offsets show what was consumed; drained means that all of them reached the end of their topics. */
  readonly consumerGroups: readonly ConsumerGroup[];
  encode(operation: Operation, attempt: number): InputRecord;
  /** The operation in an input record; null for another producer's record. */
  identify(record: LogRecord): { readonly op: number; readonly attempt: number } | null;
  /** The decision in a record of a `decisions` topic; null if there is none. */
  decode(record: LogRecord): Decision | null;
  readonly effects: readonly TruthQuery[];
  readonly balances: readonly TruthQuery[];
  /**
   * Work taken from its topics and not yet done, according to its own books: each query returns one row with one column `open`, a
   * number of operations. For a pipeline that commits an offset once the record is in its books; drained then means that none is
   * open either.
   */
  readonly backlog?: readonly TruthQuery[];
  /**
   * For a pipeline without consumer groups: how long it may answer nothing while it has work (`story('30min')` between two
   * batches). It counts as drained once it was silent for longer and its backlog is empty. A target without groups, backlog and
   * pause is never known to be drained.
   */
  readonly longestPause?: Span;
  readonly audits?: readonly AuditQuery[];
  readonly readModel?: ReadModel;
  readonly http?: HttpEntrance;
}
/** Where HTTP shoppers come in, for a scenario that has some. */
interface HttpEntrance {
  /** The name of the process in `processes` that listens for them. */
  readonly process: string;
  /** Kinds of operations that shoppers do themselves; an arrival's other operations still go to its topics. */
  readonly kinds: readonly string[];
}
/** Names of Prometheus metrics, read from every process; all series with the name are added up. */
export interface MetricNames {
  /** Requests waiting for a connection of the pipeline's own pool. */
  readonly poolWaiting?: string;
  /** Connections of that pool in use, and its size. */
  readonly poolUsed?: string;
  readonly poolSize?: string;
  /** Breakers that are not closed. */
  readonly breakersOpen?: string;
  /** Operations that failed inside the pipeline. */
  readonly errors?: string;
  /** What it did again, a count since its start. */
  readonly retries?: string;
}
export interface ConsumerGroup {
  readonly id: string;
  readonly topics: readonly string[];
  /** What its consumers ask the broker for; a broker that allows only longer timeouts is refused before the load. */
  readonly sessionTimeoutMs?: number;
}

/** Everything that a target needs from a stack: its own needs, and its consumer groups. */
export const needsOf = ({ needs, consumerGroups }: Pick<Target, 'needs' | 'consumerGroups'>): StackNeeds => ({
  ...needs,
  groups: consumerGroups,
});

/** Type-checks a target; returns it unchanged. */
export const defineTarget = (target: Target): Target => target;

/** A deliberately broken variant of a target: the judge must convict it, by the invariants or objectives named for it. */
export interface Mutant {
  readonly name: string;
  /** One sentence: what is broken. */
  readonly summary: string;
  readonly convictedBy: readonly string[];
  /** The scenario to drill it with; that scenario's target is the sound one. */
  readonly scenario: string;
  /** Named `<target>+<mutant>`. */
  readonly target: Target;
}
