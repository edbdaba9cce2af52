import type { UndoCommand } from '../session/undo.ts';

/** The stores that a drill runs on. One contract for containers, local processes and external servers. */

export type StackKind = 'containers' | 'local' | 'external';

export interface KafkaAddress {
  readonly brokers: readonly string[];
}
export interface PostgresAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly password?: string;
}

/** How to reach the stores; plain data, so that it can be sent to another process. */
export interface Addresses {
  readonly kafka: KafkaAddress;
  /** By the name that the target gives each server (`main`). */
  readonly postgres: Readonly<Record<string, PostgresAddress>>;
  readonly redis?: RedisAddress;
}

/** What a target needs from a stack. */
export interface StackNeeds {
  readonly topics: Readonly<Record<string, TopicNeed>>;
  /** Each name is a separate server. */
  readonly postgres: Readonly<Record<string, PostgresNeed>>;
  readonly redis: boolean;
  /** The target's own consumer groups, whose offsets are reset with the records; default: none. */
  readonly groups?: readonly GroupNeed[];
  /**
   * Topics for which several targets want different numbers of partitions: external brokers, where a topic stays, cannot serve
   * all.
   */
  readonly clashing?: readonly string[];
  /** What the scenario's faults need from the stack at its start; default: nothing. */
  readonly faults?: StackFaultNeeds;
  /**
   * It will have little to do: a local broker then compiles quickly rather than well, which halves the time of its start and
   * resets.
   */
  readonly brief?: boolean;
}
export interface StackFaultNeeds {
  /** The target's clients go through a proxy (`Stack.proxies`) that faults can slow, cut and reset. */
  readonly proxies?: boolean;
  /** Kafka keeps its log on a volume of this size (`Stack.logVolume`) that a fault can fill; its metadata is elsewhere. */
  readonly logVolumeMiB?: number;
}
interface GroupNeed {
  readonly id: string;
  /** What its consumers ask for; a broker that allows only longer timeouts is refused. */
  readonly sessionTimeoutMs?: number;
}
export interface TopicNeed {
  readonly partitions: number;
  /** `input`: the generator writes it; `decisions`: the target answers on it; `internal`: the target's own (dead letters …). */
  readonly role: 'input' | 'decisions' | 'internal';
}
export interface PostgresNeed {
  /** Path of the SQL file that creates the schema in an empty database; several run in order. */
  readonly schema: string | readonly string[];
  /** Server settings (`max_connections: 200`), set before the server starts. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** One server of the stack (`kafka`, `postgres:main`, `redis`), with the same behaviour for a container and a local process. */
export interface StackPart {
  readonly name: string;
  /** Restarts it after `stop` or `kill`, on the same port with the same data; resolves once it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** The tail of the server's own log. */
  logs(): Promise<string>;
}

/** What a proxy does to all bytes of its connections, in both directions. */
export type Toxic =
  | { readonly type: 'latency'; readonly latencyMs: number; readonly jitterMs: number }
  | { readonly type: 'bandwidth'; readonly kibPerSecond: number }
  /** Connections stay open and nothing passes. */
  | { readonly type: 'silence' }
  /** Connections are reset as soon as something is sent. */
  | { readonly type: 'reset' };

/** The proxy between a target and one of its stores. */
export interface ToxicProxy {
  /** The store behind it: `kafka`, `postgres:main`, `redis`. */
  readonly name: string;
  /** Rejects if one of that type already exists. */
  add(toxic: Toxic): Promise<void>;
  /** Removes the toxic of that type; harmless if there is none. */
  remove(type: Toxic['type']): Promise<void>;
  /** The command that does what `remove` does, for a janitor. */
  undo(type: Toxic['type']): UndoCommand;
  /** The types of the toxics that the proxy itself reports. */
  active(): Promise<readonly Toxic['type'][]>;
}

/** The lock that keeps other drills away from an external store was lost during a drill (its server was restarted, say). */
export interface LockLoss {
  /** `kafka`, `postgres.main`, `redis`. */
  readonly store: string;
  readonly outcome: 'taken-again' | 'taken-by-another' | 'not-taken-again';
}

export interface Stack extends AsyncDisposable {
  readonly kind: StackKind;
  /** Why this kind was chosen, in words, if the user did not choose it. */
  readonly reason: string;
  /** Server versions as the servers report them. */
  readonly versions: Readonly<Record<string, string>>;
  /** For the harness: probes, truth, healing. */
  readonly direct: Addresses;
  /** For the target; through a proxy if the scenario breaks the network, else the same. */
  readonly forTarget: Addresses;
  /** By name; empty for an external stack. */
  readonly parts: ReadonlyMap<string, StackPart>;
  /** By the name of the store behind; empty unless the needs asked for them. */
  readonly proxies: ReadonlyMap<string, ToxicProxy>;
  /** Where the volume of Kafka's log is mounted on this machine; undefined unless the needs asked for one. */
  readonly logVolume: string | undefined;
  /** Whether the broker sets records' timestamps itself (LogAppendTime), or the history must say who did. */
  readonly stampedBy: 'broker' | 'producer';
  /** Since the last reset; undefined on a stack of our own, which nobody else can use. */
  readonly lockLosses: (() => readonly LockLoss[]) | undefined;
  /**
   * A clean state within a second or two: the needs' topics empty (recreated on a stack of our own), consumer groups gone, each
   * database empty except for the need's schema, Redis empty. On external stores, what is not the target's stays, including other
   * schemas, topics and groups. Processes that use the stack must have exited. Also runs once at start.
   */
  reset(needs: StackNeeds): Promise<void>;
}
