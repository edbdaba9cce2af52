import { setTimeout as delay } from 'node:timers/promises';
import type { Operation, World } from '../../harness/domains/domain.ts';
import { eventually, NotYet } from '../../harness/eventually.ts';
import type { Row } from '../../harness/history/schema.ts';
import { readBalances } from '../../harness/observe/truth.ts';
import { Dice } from './dice.ts';
import { Instance } from './instance.ts';
import { Mishaps } from './mishaps.ts';
import type { SimulatedPipeline } from './pipelines.ts';
import { Shoppers } from './shoppers.ts';
import { SimulatedGroup } from './simulated-group.ts';
import { SimulatedLog } from './simulated-log.ts';
import type { Clock } from './simulated-log.ts';
import type { Slot } from './slot.ts';

const stream = { mishaps: 1, group: 2, feed: 3, doors: 4 } as const;
const drainsWithinMs = 30_000;
const auditEveryMs = 250;

type Sent = Pick<Row<'operations'>, 'sent_at' | 'acked_at' | 'outcome' | 'error'>;

const operationRow = (operation: Operation, attempt: number, sent: Sent): Row<'operations'> => ({
  op: operation.op,
  attempt,
  shard: 0,
  kind: operation.kind,
  subject_op: operation.subjectOp,
  key: operation.key,
  other_key: operation.otherKey,
  quantity: operation.quantity,
  amount_paise: operation.amountPaise,
  class: operation.class,
  phase: 'all',
  planned_at: sent.sent_at,
  ...sent,
});

export interface Setting {
  readonly seed: number;
  readonly mutant: string | undefined;
  readonly slot: Slot;
  readonly clock: Clock;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly world: World;
}

/** A simulation under way: its log, its groups, its processes, and what happens to them. */
export class Simulation {
  readonly log: SimulatedLog;
  readonly dangers = new Map<string, number>();
  /** The copy that customers are shown, once it has come right or had its time to. */
  shown: readonly Row<'balances'>[] = [];
  readonly samples: Row<'samples'>[] = [];
  readonly shoppers: Shoppers;
  endedAt = 0;
  readonly #pipeline: SimulatedPipeline;
  readonly #setting: Setting;
  readonly #groups = new Map<string, SimulatedGroup>();
  readonly #mishaps: Mishaps;
  readonly #feed: Dice;
  readonly #instances: Instance[] = [];
  #isOver = false;

  constructor(pipeline: SimulatedPipeline, setting: Setting) {
    const { seed, clock } = setting;
    this.#pipeline = pipeline;
    this.#setting = setting;
    this.log = new SimulatedLog(pipeline.target.needs.topics, clock);
    const dice = new Dice(seed, stream.mishaps);
    this.#mishaps = new Mishaps(dice, dice.between(0, 8), this.#count);
    this.#feed = new Dice(seed, stream.feed);
    const doors = new Dice(seed, stream.doors);
    this.shoppers = new Shoppers(clock, () => {
      const open = this.#instances.filter(({ isOpen }) => isOpen);
      return open.length === 0 ? undefined : doors.oneOf(open);
    });
    for (const { id, topics } of pipeline.target.consumerGroups) this.#groupOf(id, topics);
  }

  readonly #count = (danger: string, times = 1): void => {
    if (times > 0) this.dangers.set(danger, (this.dangers.get(danger) ?? 0) + times);
  };

  get committed(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return new Map([...this.#groups].map(([id, { committed }]) => [id, committed]));
  }

  #groupOf(id: string, topics: readonly string[]): SimulatedGroup {
    const known = this.#groups.get(id);
    const group =
      known ?? new SimulatedGroup(this.log, topics, new Dice(this.#setting.seed, stream.group), this.#count);
    this.#groups.set(id, group);
    return group;
  }

  async run(): Promise<readonly Row<'operations'>[]> {
    let auditing: NodeJS.Timeout | undefined;
    try {
      for (const { count, run } of this.#pipeline.processes)
        for (let number = 0; number < count; number++) this.#start(run, number);
      await this.#audit();
      auditing = setInterval(() => void this.#audit(), auditEveryMs);
      const operations = await this.#submit();
      await this.#drained();
      await this.#settled();
      clearInterval(auditing);
      await this.#audit();
      this.endedAt = this.#setting.clock.next();
      return operations;
    } finally {
      clearInterval(auditing);
      this.#isOver = true;
      await Promise.all(this.#instances.map((instance) => instance.end()));
    }
  }

  async #audit(): Promise<void> {
    const { clock, slot } = this.#setting;
    for (const audit of this.#pipeline.target.audits ?? []) {
      const began_at = clock.next();
      const value = await slot.figure(audit);
      this.samples.push({ at: clock.next(), began_at, probe: 'audit', subject: audit.name, value, unit: 'paise' });
    }
  }

  #start(run: SimulatedPipeline['processes'][number]['run'], number: number): void {
    const { seed, slot, dependencies, mutant } = this.#setting;
    const instance = new Instance(
      {
        stack: slot.forTarget,
        dependencies,
        log: this.log,
        groupOf: (id, topics) => this.#groupOf(id, topics),
        mishaps: this.#mishaps,
        switches: this.#pipeline.switches?.(seed) ?? {},
        // Somebody starts another in its place.
        onDeath: () => {
          if (!this.#isOver) this.#start(run, number);
        },
      },
      number,
      (worker) => run(worker, mutant),
    );
    this.#instances.push(instance);
    instance.start();
  }

  /** Everything that happens in the world, in bursts; one more process joins now and then. */
  async #submit(): Promise<readonly Row<'operations'>[]> {
    const { world } = this.#setting;
    const { target, arrivals, processes } = this.#pipeline;
    const operations: Promise<Row<'operations'>>[] = [];
    for (let arrival = 0; arrival < arrivals; arrival++) {
      world.arrival(arrival, (op, attempt) => {
        const operation = world.operation(op);
        const isHttp = target.http?.kinds.includes(operation.kind) === true;
        const sent = isHttp ? this.shoppers.press(operation, attempt) : this.#write(operation, attempt);
        operations.push(sent.then((what) => operationRow(operation, attempt, what)));
      });
      if (this.#feed.chance(0.3)) await delay(this.#feed.between(0, 4));
      if (this.#feed.chance(0.02)) await this.#later();
      if (this.#feed.chance(0.02)) this.#start(this.#feed.oneOf(processes).run, arrival);
    }
    return await Promise.all(operations);
  }

  async #write(operation: Operation, attempt: number): Promise<Sent> {
    const sent_at = this.#setting.clock.next();
    const { topic, key, value } = this.#pipeline.target.encode(operation, attempt);
    this.log.append(topic, key, value);
    return { sent_at, acked_at: this.#setting.clock.next(), outcome: 'ok', error: null };
  }

  async #later(): Promise<void> {
    const { laterSql } = this.#pipeline;
    if (laterSql !== undefined) await this.#setting.slot.everywhere(laterSql);
  }

  async #drained(): Promise<void> {
    const { target } = this.#pipeline;
    const unread = (): string | null => {
      const declared = new Set(target.consumerGroups.map(({ id }) => id));
      const open = [...this.#groups].find(([id, group]) => declared.has(id) && !group.isDrained);
      return open === undefined ? null : `${open[0]} has not come to its end`;
    };
    const open = async (): Promise<string | null> => {
      const held = await Promise.all((target.backlog ?? []).map((query) => this.#setting.slot.figure(query)));
      return held.every((one) => one === 0) ? null : `${held.join(' and ')} are open in the books`;
    };
    await eventually(
      async () => {
        const why = unread() ?? (await open()) ?? unread();
        if (why !== null && this.#feed.chance(0.05)) await this.#later();
        return why === null ? undefined : new NotYet(why);
      },
      { withinMs: drainsWithinMs, everyMs: 5 },
    );
  }

  async #settled(): Promise<void> {
    const { target } = this.#pipeline;
    if (target.readModel === undefined) return;
    const { slot, world } = this.#setting;
    await using reader = await target.readModel.open(slot.direct);
    const keys = world.opening.map(({ key }) => key);
    const left = new Map<string, number | null>();
    await readBalances(slot.forTarget.postgres, target.balances, 'after', async (rows) => {
      for (const { key, available } of rows) left.set(key ?? '', available);
    });
    const deadline = performance.now() + target.readModel.refreshMs;
    let shown = await reader.read(keys);
    while (keys.some((key, i) => shown[i] !== left.get(key)) && performance.now() < deadline) {
      await delay(20);
      shown = await reader.read(keys);
    }
    const store = target.readModel.name;
    this.shown = keys.map((key, i) => ({
      store,
      key,
      moment: 'after',
      available: shown[i] ?? null,
      sold: null,
      version: null,
    }));
  }
}
