import { setTimeout as delay } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Producer, ProducerRecord } from 'kafkajs';
import { Registry } from 'prom-client';
import type { Addresses } from '../../harness/stack/stack.ts';
import type { Worker } from '../../simulators/worker/start-worker.ts';
import { openLine } from './line.ts';
import type { Line } from './line.ts';
import type { Mishaps } from './mishaps.ts';
import type { Door, DoorRequest } from './shoppers.ts';
import { Member } from './simulated-group.ts';
import type { SimulatedGroup } from './simulated-group.ts';
import type { SimulatedLog } from './simulated-log.ts';

/** What the processes of one simulation share. */
export interface Surroundings {
  readonly stack: Addresses;
  /** Base URLs of what is called over HTTP, by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly log: SimulatedLog;
  readonly groupOf: (id: string, topics: readonly string[]) => SimulatedGroup;
  readonly mishaps: Mishaps;
  /** What a responder has switched. */
  readonly switches: Readonly<Record<string, string | number | boolean>>;
  /** One has died, by a mishap. */
  readonly onDeath: () => void;
}

const retryAfterMs = 2;

/** What a process does; resolves once it works, to what answers over HTTP where something does. */
export type Run = (worker: Worker) => Promise<FastifyInstance | void>;

/**
 * One process of a pipeline: its own code, in this process, with lines to the stores of which each chunk may be its last. What is dead
 * reaches nobody any more, whatever its code still does.
 */
export class Instance implements Door {
  readonly #around: Surroundings;
  readonly #number: number;
  readonly #run: Run;
  readonly #lines: Line[] = [];
  readonly #members: { readonly member: Member; readonly ended: Promise<void> }[] = [];
  #close: () => Promise<void> = () => Promise.resolve();
  #started: Promise<void> = Promise.resolve();
  #app: FastifyInstance | undefined;
  #isAlive = true;
  #thawed: Promise<void> | undefined;

  /** `number` tells it from others of its kind, as `INSTANCE` does. */
  constructor(around: Surroundings, number: number, run: Run) {
    this.#around = around;
    this.#number = number;
    this.#run = run;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Begins to work; what it meets on the way is its own business. */
  start(): void {
    this.#started = this.#begin().catch(() => {
      // A process that cannot start is started anew.
      this.crash();
    });
  }

  async #begin(): Promise<void> {
    this.#app = (await this.#run(await this.#worker())) ?? undefined;
  }

  get isOpen(): boolean {
    return this.#isAlive && this.#app !== undefined;
  }

  /** A request over HTTP, with the same dangers as everything that comes and goes. */
  async ask({ method, url, headers = {}, body = {} }: DoorRequest): Promise<{ status: number; told: string }> {
    if (this.#app === undefined) throw new Error('not open');
    await this.#pass();
    const response = await this.#app.inject({
      method,
      url,
      headers: { ...headers },
      ...(method === 'POST' && { payload: { ...body } }),
    });
    await this.#pass();
    return { status: response.statusCode, told: response.json<{ answer?: string }>().answer ?? '' };
  }

  /** SIGKILL. */
  crash(): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    for (const line of this.#lines) line.end();
    for (const { member } of this.#members) member.expel();
    this.#around.log.wake();
    this.#around.onDeath();
  }

  /** SIGTERM where it lives; resolves once it has ended. What is dead is tidied up as it comes to its end. */
  async end(): Promise<void> {
    await this.#thawed;
    if (!this.#isAlive) {
      void this.#started.then(() => this.#close()).catch(() => {});
      return;
    }
    await this.#started;
    for (const { member } of this.#members) member.stop();
    await Promise.all(this.#members.map(({ ended }) => ended));
    await this.#close().catch(() => {});
    this.#isAlive = false;
    for (const line of this.#lines) line.end();
  }

  /** Before anything that goes out or comes in. Rejects where it does not get through. */
  async #pass(): Promise<void> {
    await this.#thawed;
    if (!this.#isAlive) throw new Error('dead');
    const mishap = this.#around.mishaps.next();
    if (mishap === undefined) return;
    if (mishap.kind === 'crash') this.crash();
    if (mishap.kind === 'freeze') {
      this.#thawed = delay(mishap.forMs).then(() => (this.#thawed = undefined));
      for (const { member } of this.#members) member.expel();
      await this.#thawed;
      if (this.#isAlive) return;
    }
    throw new Error(mishap.kind);
  }

  async #worker(): Promise<Worker> {
    const { stack, dependencies, log, groupOf, switches } = this.#around;
    const through = async <At extends { readonly host: string; readonly port: number }>(to: At): Promise<At> => {
      const line = await openLine(to, () => this.#pass());
      this.#lines.push(line);
      return { ...to, host: '127.0.0.1', port: line.port };
    };
    const postgres = await Promise.all(
      Object.entries(stack.postgres).map(async ([name, at]) => [name, await through(at)] as const),
    );
    const called = await Promise.all(
      Object.entries(dependencies).map(async ([name, url]) => {
        const { port } = await through({ host: '127.0.0.1', port: Number(new URL(url).port) });
        return [name, `http://127.0.0.1:${port}`] as const;
      }),
    );
    const registry = new Registry();
    return {
      environment: {
        stack: {
          kafka: stack.kafka,
          postgres: Object.fromEntries(postgres),
          ...(stack.redis !== undefined && { redis: await through(stack.redis) }),
        },
        dependencies: Object.fromEntries(called),
        port: 0,
        host: '127.0.0.1',
        instance: String(this.#number),
        timeScale: 60,
        sessionTimeoutMs: 3_000,
        switchesFile: '',
      },
      metrics: { answered: () => {}, failed: () => () => {} },
      producer: this.#producer(),
      server: {
        registry,
        offer: (initial, turned) => {
          const now = { ...initial, ...switches };
          turned?.(now);
          return { now };
        },
      },
      consume: async (handling, close) => {
        this.#close = close;
        const member = new Member(log, groupOf(handling.groupId, handling.topics), handling, {
          isAlive: () => this.#isAlive,
          pass: () => this.#pass(),
          onRetry: () => delay(retryAfterMs),
        });
        this.#members.push({ member, ended: member.run() });
      },
    };
  }

  #producer(): Producer {
    const send = async ({ topic, messages }: Pick<ProducerRecord, 'topic' | 'messages'>): Promise<[]> => {
      await this.#pass();
      for (const { key = null, value } of messages) this.#around.log.append(topic, key, value);
      await this.#pass();
      return [];
    };
    const producer: Pick<Producer, 'send' | 'sendBatch'> = {
      send,
      sendBatch: async ({ topicMessages = [] }) => {
        for (const one of topicMessages) await send(one);
        return [];
      },
    };
    return producer as Producer;
  }
}
