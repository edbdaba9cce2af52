/** The stores that a drill runs on. One contract for containers, local processes and somebody else's servers. */

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

/** How to reach the stores; plain data, so that it can go to another process. */
export interface Addresses {
  readonly kafka: KafkaAddress;
  /** By the name that the target gives each server (`main`). */
  readonly postgres: Readonly<Record<string, PostgresAddress>>;
  readonly redis?: RedisAddress;
}

/** What a target asks of a stack. */
export interface StackNeeds {
  readonly topics: Readonly<Record<string, TopicNeed>>;
  /** Each name is a server of its own. */
  readonly postgres: Readonly<Record<string, PostgresNeed>>;
  readonly redis: boolean;
}
export interface TopicNeed {
  readonly partitions: number;
  /** `input`: the generator writes it; `decisions`: the target answers on it; `internal`: the target's own (dead letters …). */
  readonly role: 'input' | 'decisions' | 'internal';
}
export interface PostgresNeed {
  /** Path of the SQL file that makes the schema in an empty database. */
  readonly schema: string;
  /** Server settings (`max_connections: 200`), set before the server starts. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** One server of the stack (`kafka`, `postgres:main`, `redis`), the same for a container and a local process. */
export interface StackPart {
  readonly name: string;
  /** Starts again after `stop` or `kill`, on the same port with the same data; resolves once it answers. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** SIGKILL; resolves once the process is gone. */
  kill(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** The end of the server's own log. */
  logs(): Promise<string>;
}

export interface Stack extends AsyncDisposable {
  readonly kind: StackKind;
  /** Why this kind was taken, in words, where it was chosen for the user. */
  readonly reason: string;
  /** Server versions as the servers tell them, for the report. */
  readonly versions: Readonly<Record<string, string>>;
  /** For the harness: probes, truth, healing. */
  readonly direct: Addresses;
  /** For the target; through a proxy when the scenario breaks the network, else the same. */
  readonly forTarget: Addresses;
  /** By name; empty for a stack that is somebody else's. */
  readonly parts: ReadonlyMap<string, StackPart>;
  /** Whether the broker stamps records itself (LogAppendTime), or the history must say who did. */
  readonly stampedBy: 'broker' | 'producer';
  /**
   * A clean state within a second or two: the needs' topics made anew and empty, consumer groups gone, each database
   * empty but for the need's schema, Redis empty. Processes that use the stack must have ended. Also run once at start.
   */
  reset(needs: StackNeeds): Promise<void>;
}
