import type { Arrived } from '../../simulators/worker/consume.ts';
import type { Handling } from '../../simulators/worker/start-worker.ts';
import type { Dice } from './dice.ts';
import type { SimulatedLog, StoredRecord } from './simulated-log.ts';

/** What a member does beside handling: it may be frozen, cut off or dead before and after each commit. */
export interface Surroundings {
  /** False once the process is dead. */
  readonly isAlive: () => boolean;
  /** Resolves when the request goes through; rejects where it does not. */
  readonly pass: () => Promise<void>;
  readonly onRetry: () => Promise<void>;
}

/** Dangers that a group has brought its members into, by name. */
export type Count = (danger: string, times?: number) => void;

const mostAtOnce = 12;

interface Fetched {
  readonly records: readonly StoredRecord[];
  readonly offsets: ReadonlyMap<string, number>;
  readonly generation: number;
  readonly superseded: AbortController;
}

/**
 * A consumer group with Kafka's promises and no others: each partition has one owner, who reads it in its order from the committed offset;
 * after a rebalance the new owner begins there, whatever the old one still has in hand, and the old one's commit is refused.
 */
export class SimulatedGroup {
  readonly committed = new Map<string, number>();
  readonly #log: SimulatedLog;
  readonly #dice: Dice;
  readonly #count: Count;
  readonly #partitions: readonly string[];
  readonly #members = new Set<Member>();
  readonly #delivered = new Map<string, number>();
  #owners = new Map<string, Member>();
  #positions = new Map<string, number>();
  #generation = 0;

  constructor(log: SimulatedLog, topics: readonly string[], dice: Dice, count: Count) {
    this.#log = log;
    this.#dice = dice;
    this.#count = count;
    this.#partitions = topics.flatMap((topic) => log.partitions(topic).map((_, partition) => `${topic}/${partition}`));
  }

  get isDrained(): boolean {
    return this.#partitions.every((place) => (this.committed.get(place) ?? 0) >= this.#recordsOf(place).length);
  }

  has(member: Member): boolean {
    return this.#members.has(member);
  }

  join(member: Member): void {
    this.#members.add(member);
    this.#rebalance();
  }

  leave(member: Member): void {
    if (this.#members.delete(member)) this.#rebalance();
  }

  #rebalance(): void {
    this.#generation++;
    const members = [...this.#members];
    if (members.some(({ inHand }) => inHand !== undefined)) this.#count('rebalances with a batch in hand');
    for (const { inHand } of members) inHand?.superseded.abort(new Error('the group goes on without it'));
    const from = this.#dice.between(0, 100);
    this.#owners = new Map(
      this.#partitions.flatMap((place, i) => {
        const owner = members[(from + i) % members.length];
        return owner === undefined ? [] : [[place, owner]];
      }),
    );
    this.#positions = new Map(this.committed);
    this.#log.wake();
  }

  /** Some of what there is for that member, of some of its partitions; null where there is nothing. */
  fetch(member: Member): Fetched | null {
    const records: StoredRecord[] = [];
    const offsets = new Map<string, number>();
    for (const place of this.#partitions) {
      if (this.#owners.get(place) !== member) continue;
      const position = this.#positions.get(place) ?? 0;
      const there = this.#recordsOf(place).slice(position, position + this.#dice.between(1, mostAtOnce));
      if (there.length === 0 || (records.length > 0 && this.#dice.chance(0.3))) continue;
      const next = position + there.length;
      records.push(...there);
      offsets.set(place, next);
      this.#positions.set(place, next);
      const delivered = this.#delivered.get(place) ?? 0;
      this.#count('records redelivered', Math.max(0, Math.min(delivered, next) - position));
      this.#delivered.set(place, Math.max(delivered, next));
    }
    if (records.length === 0) return null;
    return { records, offsets, generation: this.#generation, superseded: new AbortController() };
  }

  /** Throws where the group has gone on without that fetch. */
  commit({ generation, offsets }: Fetched): void {
    if (generation !== this.#generation) {
      this.#count('commits refused to a zombie');
      throw Object.assign(new Error('the group has gone on'), { type: 'ILLEGAL_GENERATION' });
    }
    for (const [place, offset] of offsets) this.committed.set(place, offset);
    this.#log.wake();
  }

  /** What was fetched comes again from the committed offset. */
  rewind({ generation, offsets }: Fetched): void {
    if (generation !== this.#generation) return;
    for (const place of offsets.keys()) this.#positions.set(place, this.committed.get(place) ?? 0);
  }

  #recordsOf(place: string): readonly StoredRecord[] {
    const at = place.lastIndexOf('/');
    return this.#log.partitions(place.slice(0, at))[Number(place.slice(at + 1))] ?? [];
  }
}

/** One consumer of a group: fetches, handles, commits, one fetch after the other. */
export class Member {
  inHand: Fetched | undefined;
  readonly #log: SimulatedLog;
  readonly #group: SimulatedGroup;
  readonly #handling: Handling;
  readonly #around: Surroundings;
  #stopping = false;

  constructor(log: SimulatedLog, group: SimulatedGroup, handling: Handling, around: Surroundings) {
    this.#log = log;
    this.#group = group;
    this.#handling = handling;
    this.#around = around;
  }

  /** Goes on without it, as the coordinator does with somebody who has not been heard of for a session. */
  expel(): void {
    this.#group.leave(this);
  }

  /** Finishes what it has in hand and leaves. */
  stop(): void {
    this.#stopping = true;
    this.#log.wake();
  }

  async run(): Promise<void> {
    while (!this.#stopping && this.#around.isAlive()) {
      if (!this.#group.has(this)) this.#group.join(this);
      const fetched = this.#group.fetch(this);
      if (fetched === null) await this.#log.news();
      else await this.#handle(fetched);
    }
    this.#group.leave(this);
  }

  async #handle(fetched: Fetched): Promise<void> {
    this.inHand = fetched;
    const commit = async (): Promise<void> => {
      await this.#around.pass();
      this.#group.commit(fetched);
      await this.#around.pass();
    };
    try {
      await this.#handling.handle(fetched.records.map(arrived), commit, fetched.superseded.signal);
      await commit();
      this.#handling.afterCommit?.();
    } catch {
      this.#group.rewind(fetched);
      await this.#around.onRetry();
    } finally {
      this.inHand = undefined;
    }
  }
}

const bytes = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text));
const arrived = ({ topic, partition, offset, key, value, appendedAt }: StoredRecord): Arrived => ({
  topic,
  partition,
  offset: String(offset),
  key: bytes(key),
  value: bytes(value),
  appendedAtMs: appendedAt / 1_000,
});
