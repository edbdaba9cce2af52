import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import type { Admin, Producer } from 'kafkajs';
import { Client } from 'pg';
import type { Operation, OpeningBalance, World } from '../../harness/domains/domain.ts';
import { KafkaLog } from '../../harness/observe/kafka-log.ts';
import type { PostgresAddress } from '../../harness/stack/stack.ts';
import type { TargetInstance, TargetProcesses } from '../../harness/target/processes.ts';
import { startDependencies, startProcesses } from '../../harness/target/start-processes.ts';
import type { ProcessSpec } from '../../harness/target/processes.ts';
import type { Decision, LogRecord, Target } from '../../harness/target/target.ts';
import type { SharedStack } from '../shared-stack.ts';
import { auditInventory } from './audit-inventory.ts';
import { auditWallet } from './audit-wallet.ts';
import type { Balance, Effect, Remains } from './remains.ts';

const drainWithinMs = 40_000;
const actWithinMs = 40_000;
/** The broker's minimum: a killed worker's partitions are free again after this long. */
const sessionTimeoutMs = 1_000;

/** The checks of each domain's promises on what is left, by name. */
const audits: Readonly<Record<string, (remains: Remains) => string[]>> = {
  inventory: auditInventory,
  wallet: auditWallet,
};

/** An operation and its attempt number. */
export type Press = readonly [operation: Operation, attempt?: number];

/** A drill by hand: a target on a clean stack, operations chosen by a test, and the resulting state. */
export class Rehearsal implements AsyncDisposable {
  readonly target: Target;
  readonly log: KafkaLog;
  readonly admin: Admin;
  readonly #shared: SharedStack;
  readonly #postgres: Readonly<Record<string, PostgresAddress>>;
  readonly #producer: Producer;
  readonly #opening: readonly OpeningBalance[];
  readonly #sent = new Map<number, Operation>();
  readonly #processes: TargetProcesses[] = [];
  #dependencies: TargetProcesses | undefined;

  private constructor(shared: SharedStack, target: Target, opening: readonly OpeningBalance[]) {
    const { kafka, postgres } = shared.stack.direct;
    const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
    this.#shared = shared;
    this.#opening = opening;
    this.#producer = client.producer({ allowAutoTopicCreation: false });
    this.target = target;
    this.log = new KafkaLog(kafka);
    this.admin = client.admin();
    this.#postgres = postgres;
  }

  /** A clean stack with the target's opening state, and no process yet. */
  static async open(
    shared: SharedStack,
    target: Target,
    opening: Readonly<Record<string, number>>,
  ): Promise<Rehearsal> {
    const rows = Object.entries(opening).map(([key, available]) => ({ key, available }));
    const rehearsal = new Rehearsal(shared, target, rows);
    await shared.stack.reset(target.needs);
    await Promise.all([rehearsal.#producer.connect(), rehearsal.admin.connect()]);
    const catalogue = rows.map(({ key }) => ({ key, name: `name of ${key}`, category: 'Fashion', pricePaise: 99_00 }));
    await target.prepare(shared.stack.forTarget, { opening: rows, catalogue } as unknown as World);
    return rehearsal;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.map((processes) => processes[Symbol.asyncDispose]()));
    await this.#dependencies?.[Symbol.asyncDispose]();
    await Promise.all([this.log[Symbol.asyncDispose](), this.#producer.disconnect(), this.admin.disconnect()]);
  }

  /**
   * Starts the target's dependencies, then its processes, or so many of each, with additions to their environment; resolves once
   * they are ready.
   */
  async start(
    options: { count?: number; env?: Readonly<Record<string, string>>; restart?: false } = {},
  ): Promise<readonly TargetInstance[]> {
    const { instances } = await this.dependencies();
    const specs = this.target
      .processes({
        stack: this.#shared.stack.forTarget,
        timeScale: 60,
        dependencies: Object.fromEntries(instances.map(({ spec, port }) => [spec.name, `http://127.0.0.1:${port}`])),
      })
      .map(({ restart, ...spec }): ProcessSpec => ({
        ...spec,
        ...(restart !== undefined && options.restart !== false && { restart }),
        count: options.count ?? spec.count,
        env: { ...spec.env, TOOFAN_SESSION_TIMEOUT_MS: String(sessionTimeoutMs), ...options.env },
      }));
    const processes = await startProcesses(this.#shared.session, specs);
    this.#processes.push(processes);
    return processes.instances;
  }

  /** The target's dependencies, started at the first call. */
  async dependencies(): Promise<TargetProcesses> {
    const { session, stack } = this.#shared;
    return (this.#dependencies ??= await startDependencies(session, this.target, stack.direct));
  }

  /** What was started so far, as faults and actions see it. */
  get processes(): TargetProcesses {
    const instances = this.#processes.flatMap((processes) => processes.instances);
    return {
      instances,
      named: (name) => instances.filter(({ spec }) => spec.name === name),
      [Symbol.asyncDispose]: () => this.stop(),
    };
  }

  /** The target's dependencies; available once `start` has resolved. */
  dependency(name: string): TargetInstance {
    const [instance] = this.#dependencies?.named(name) ?? [];
    if (instance === undefined) throw new Error(`${this.target.name} was not started with ${name}`);
    return instance;
  }

  /** Takes one of the target's actions on what was started last; resolves to what was observed. */
  async act(name: string): Promise<string> {
    const [action, processes, dependencies] = [this.target.actions?.[name], this.#processes.at(-1), this.#dependencies];
    if (action === undefined || processes === undefined || dependencies === undefined)
      throw new Error(`${this.target.name} has no ${name}, or was not started`);
    const signal = AbortSignal.timeout(actWithinMs);
    const context = { processes, dependencies, stack: this.#shared.stack.forTarget, signal };
    await action.run(context);
    return await action.verify(context);
  }

  /** Stops every process as an operator would. */
  async stop(): Promise<void> {
    await Promise.all(this.#processes.splice(0).map((processes) => processes[Symbol.asyncDispose]()));
  }

  /** Submits operations in this order, all in one request. */
  async send(presses: readonly Press[]): Promise<void> {
    const records = presses.map(([operation, attempt]) => {
      this.#sent.set(operation.op, operation);
      return this.target.encode(operation, attempt ?? 1);
    });
    await this.sendRaw(records);
  }

  /** Writes records as they are. */
  async sendRaw(records: readonly { topic: string; key: string; value: string }[]): Promise<void> {
    const topicMessages = [...Map.groupBy(records, ({ topic }) => topic)].map(([topic, messages]) => ({
      topic,
      messages,
    }));
    await this.#producer.sendBatch({ acks: -1, topicMessages });
  }

  /** Waits until every group has committed the ends of its topics, and the books hold nothing unanswered. */
  async drained(): Promise<void> {
    // The groups again after the books: work may have left them through a topic.
    await eventually(async () => (await this.#unread()) ?? (await this.#open()) ?? (await this.#unread()));
  }

  async #unread(): Promise<string | null> {
    for (const { id, topics } of this.target.consumerGroups) {
      const ends = await this.log.endOffsets(topics);
      const committed = await this.log.committed(id, new Map([...ends].map(([topic, list]) => [topic, list.length])));
      for (const [topic, list] of ends) {
        const behind = list.findIndex((end, partition) => end > (committed.get(topic)?.[partition] ?? 0));
        if (behind >= 0) return `${id} has not read ${topic}/${behind} to its end`;
      }
    }
    return null;
  }

  async #open(): Promise<string | null> {
    for (const { sql, store } of this.target.backlog ?? []) {
      const [books] = await this.query(sql, store);
      if (Number(books?.['open']) !== 0) return `${String(books?.['open'])} are open in the books of ${store}`;
    }
    return null;
  }

  /** Waits until a query of the main store returns a row. */
  async until(sql: string): Promise<void> {
    await eventually(async () => ((await this.query(sql)).length > 0 ? null : `nothing is found by ${sql}`));
  }

  async records(role: 'decisions' | 'internal'): Promise<LogRecord[]> {
    const topics = Object.keys(this.target.needs.topics).filter(
      (topic) => this.target.needs.topics[topic]?.role === role,
    );
    const ends = await this.log.endOffsets(topics);
    const ranges = [...ends].flatMap(([topic, list]) =>
      list.map((end, partition) => ({ topic, partition, start: 0, end })),
    );
    const found: LogRecord[] = [];
    await this.log.read(ranges, async (records) => {
      found.push(...records);
    });
    return found;
  }

  async decisions(): Promise<Decision[]> {
    return (await this.records('decisions')).flatMap((record) => this.target.decode(record) ?? []);
  }

  /** Answers of one operation, in log order. */
  async answersTo(op: number): Promise<string[]> {
    return (await this.decisions()).filter((decision) => decision.op === op).map(({ answer }) => answer);
  }

  /** Over a separate connection: a test may have killed the server in between. */
  async query(sql: string, store = 'main'): Promise<Record<string, unknown>[]> {
    const client = new Client(this.#postgres[store]);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async effects(): Promise<Effect[]> {
    return await this.#rows(this.target.effects, ({ op, leg, key, delta, version }) => ({
      op: Number(op),
      leg: String(leg),
      key: String(key),
      delta: Number(delta),
      version: Number(version),
    }));
  }

  async balances(): Promise<Balance[]> {
    return await this.#rows(this.target.balances, ({ key, available, sold, version }) => ({
      key: String(key),
      available: Number(available),
      sold: Number(sold),
      version: Number(version),
    }));
  }

  async shelf(): Promise<Map<string, number | null>> {
    const keys = this.#opening.map(({ key }) => key);
    if (this.target.readModel === undefined) {
      return new Map((await this.balances()).map(({ key, available }) => [key, available]));
    }
    await using reader = await this.target.readModel.open(this.#shared.stack.direct);
    const shown = await reader.read(keys);
    return new Map(keys.map((key, i) => [key, shown[i] ?? null]));
  }

  /** Breaches of the promises, once everything has drained; the shelf gets its declared time to catch up. */
  async breaches(): Promise<string[]> {
    await this.drained();
    const remains = {
      opening: this.#opening,
      submitted: [...this.#sent.values()],
      decisions: await this.decisions(),
      effects: await this.effects(),
      balances: await this.balances(),
      audits: await this.#audits(),
    };
    const audit = audits[this.target.domain];
    if (audit === undefined) throw new Error(`nobody audits the domain ${this.target.domain}`);
    let breaches: string[] = [];
    const deadline = performance.now() + (this.target.readModel?.refreshMs ?? 0);
    do {
      breaches = audit({ ...remains, shelf: await this.shelf() });
      if (breaches.length > 0) await delay(100);
    } while (breaches.length > 0 && performance.now() < deadline);
    return breaches;
  }

  /** The results of the target's audits, by name. */
  async #audits(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const { name, sql, store } of this.target.audits ?? []) {
      const [row] = await this.query(sql, store);
      found.set(name, Number(Object.values(row ?? {})[0]));
    }
    return found;
  }

  async #rows<T>(queries: Target['effects'], read: (row: Record<string, unknown>) => T): Promise<T[]> {
    const found: T[] = [];
    for (const { sql, store } of queries) found.push(...(await this.query(sql, store)).map((row) => read(row)));
    return found;
  }
}

/** Polls until the answer is null; another process's progress sends no event. Rejects with the last answer after a bound. */
export async function eventually(question: () => Promise<string | null>, withinMs = drainWithinMs): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const open = await question();
    if (open === null) return;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs / 1000} s: ${open}`);
    await delay(50);
  }
}
