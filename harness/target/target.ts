import type { Operation, World } from '../domains/domain.ts';
import type { Span } from '../scenario/time.ts';
import type { Addresses, StackNeeds } from '../stack/stack.ts';
import type { ProcessSpec, TargetProcesses } from './processes.ts';

/** A record to be written to an input topic. */
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
  /** Milliseconds since the epoch, as stamped in the log. */
  readonly timestampMs: number;
  readonly key: string | null;
  readonly value: string | null;
}

/** What the pipeline answered to one operation. */
export interface Decision {
  readonly op: number;
  readonly key: string;
  readonly answer: string;
  /** `full` or `degraded`; whatever else it says is handed on, and judged. */
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

/** A query that gives one number, which is zero at every moment: what a store's books sum up to. Asked during the drill. */
export interface AuditQuery {
  /** Of its own among the target's audits. */
  readonly name: string;
  /** The Postgres server's name in `needs`. */
  readonly store: string;
  /** One statement; it runs in a snapshot of its own (REPEATABLE READ, READ ONLY). */
  readonly sql: string;
}

/** A copy of the balances that customers are shown (a Redis shelf), and how stale the pipeline declares it may be. */
export interface ReadModel {
  readonly name: string;
  open(at: Addresses): Promise<ReadModelReader>;
  /** A read may show any value that was true within this time before it. */
  readonly stalenessMs: number;
  /** After the drain and this long, it must equal the truth. */
  readonly refreshMs: number;
}
export interface ReadModelReader extends AsyncDisposable {
  /** What is available by key, in the order asked; null where the copy has no such key. */
  read(keys: readonly string[]): Promise<(number | null)[]>;
}

/** What processes are started with. */
export interface ProcessContext {
  readonly stack: Addresses;
  /** Story minutes per wall minute, for a pipeline that has a clock of its own (a 30-minute batch). */
  readonly timeScale: number;
  /** Base URL of each dependency by its name, `http://127.0.0.1:4711`. */
  readonly dependencies: Readonly<Record<string, string>>;
}

/** What a responder can do to a running pipeline; taken by a scenario's script, or by people in a game day. */
export interface TargetAction {
  /** One sentence: what it does. */
  readonly summary: string;
  run(context: ActionContext): Promise<void>;
  /** Resolves to what was seen of it, in words; rejects where it was not done. */
  verify(context: ActionContext): Promise<string>;
}
export interface ActionContext {
  readonly processes: TargetProcesses;
  readonly dependencies: TargetProcesses;
  readonly stack: Addresses;
  readonly signal: AbortSignal;
}

/** What the harness must know of a pipeline; it need not be TypeScript nor ours. */
export interface Target {
  /** `inventory/streaming` */
  readonly name: string;
  /** One sentence for `toofan list`. */
  readonly summary: string;
  readonly domain: string;
  readonly needs: StackNeeds;
  /** Puts the world's opening state into stores that `reset` left empty; before any process starts. */
  prepare(at: Addresses, world: World): Promise<void>;
  /**
   * Stand-ins for what the pipeline calls over HTTP (recommendations, a bank), started before it; one instance each. A
   * dependency can be swayed by faults where it keeps to simulators/dependencies/: `GET` and `PUT /settings`. Each finds
   * the stores in its environment, `TOOFAN_STACK`: the `Addresses` as JSON, direct ones (a fault of the pipeline's network
   * is not the bank's). One that keeps books keeps them there, in a Postgres server of its own among `needs`, so that they
   * survive its being killed and are read like any other truth.
   */
  readonly dependencies?: readonly ProcessSpec[];
  /** Empty where the pipeline already runs. */
  processes(context: ProcessContext): readonly ProcessSpec[];
  /** By name: `resize-pool`, `restart-workers` … */
  readonly actions?: Readonly<Record<string, TargetAction>>;
  /** What its processes say of themselves on `/metrics` of their port, by what it means to the harness. */
  readonly metrics?: MetricNames;
  /** Groups whose committed offsets say what was consumed; drained means that all of them reached the end of their topics. */
  readonly consumerGroups: readonly ConsumerGroup[];
  encode(operation: Operation, attempt: number): InputRecord;
  /** The operation that an input record carries; null for a record of another producer. */
  identify(record: LogRecord): { readonly op: number; readonly attempt: number } | null;
  /** The decision that a record of a `decisions` topic carries; null for a record that is none. */
  decode(record: LogRecord): Decision | null;
  readonly effects: readonly TruthQuery[];
  readonly balances: readonly TruthQuery[];
  /**
   * What it has taken from its topics and not yet done, by its own books: each query one row, one column `open`, a number of
   * operations. For a pipeline that commits an offset once the record is in its books; drained then means that none is open either.
   */
  readonly backlog?: readonly TruthQuery[];
  /**
   * For a pipeline without consumer groups: how long it may answer nothing though there is something to do (`story('30min')` between two
   * batches). It counts as drained once it was quiet for longer and its backlog is empty. A target that names no group, no backlog and
   * no pause is never known to be drained.
   */
  readonly longestPause?: Span;
  readonly audits?: readonly AuditQuery[];
  readonly readModel?: ReadModel;
  readonly http?: HttpEntrance;
}
/** Where shoppers come in over HTTP, for a scenario that sends some that way. */
interface HttpEntrance {
  /** The name of the process in `processes` whose port they come to. */
  readonly process: string;
  /** Kinds of operations that shoppers do themselves; the others of an arrival go to its topics all the same. */
  readonly kinds: readonly string[];
}
/** Names of Prometheus metrics, each read of every process; the series of one name are added up. */
export interface MetricNames {
  /** Requests that wait for a connection of the pipeline's own pool. */
  readonly poolWaiting?: string;
  /** Connections of that pool in use, and its size. */
  readonly poolUsed?: string;
  readonly poolSize?: string;
  /** Breakers that are not closed. */
  readonly breakersOpen?: string;
  /** Operations that failed inside the pipeline. */
  readonly errors?: string;
}
export interface ConsumerGroup {
  readonly id: string;
  readonly topics: readonly string[];
  /** What its consumers ask the broker for; brokers that allow only longer ones are refused before the load. */
  readonly sessionTimeoutMs?: number;
}

/** All that a target asks of a stack: what it names itself, and its consumer groups. */
export const needsOf = ({ needs, consumerGroups }: Pick<Target, 'needs' | 'consumerGroups'>): StackNeeds => ({
  ...needs,
  groups: consumerGroups,
});

/** Gives the compiler's help to whoever writes a target; the values stay as they are. */
export const defineTarget = (target: Target): Target => target;

/** A deliberately broken variant of a target: the judge must convict it, by the invariants or objectives named for it. */
export interface Mutant {
  readonly name: string;
  /** One sentence: what is broken. */
  readonly summary: string;
  readonly convictedBy: readonly string[];
  /** What it is drilled with; the target of that scenario is the unbroken one. */
  readonly scenario: string;
  /** Its name is `<target>+<mutant>`. */
  readonly target: Target;
}
