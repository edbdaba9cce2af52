import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { DrillRecord, FaultRecord, GeneratorRecord, PhaseRecord } from '../../harness/history/drill-record.ts';
import { sealHistory } from '../../harness/history/parts.ts';
import { openRecorder } from '../../harness/history/recorder.ts';
import type { Row } from '../../harness/history/schema.ts';
import type { ObjectiveSpec } from '../../harness/scenario/scenario.ts';

/** Start of a small history, milliseconds since the epoch. */
const zeroMs = 1_700_000_000_000;
/** A moment of a small history, µs since the epoch. */
export const micros = (ms: number): number => Math.round((zeroMs + ms) * 1000);

/** One operation of a small history; times are ms from its start. */
export interface SmallOp {
  readonly op: number;
  /** Default: the domain's primary kind. */
  readonly kind?: Kind;
  readonly key?: string;
  readonly otherKey?: string | null;
  readonly quantity?: number;
  /** Default: 100. */
  readonly paise?: number;
  /** The order or payment that it refers to. */
  readonly of?: number;
  /** When it was planned, sent and appended; further attempts follow. */
  readonly at: number | readonly number[];
  /** Its decisions in log order, `revoked` included; default: none. */
  readonly answers?: readonly (readonly [answer: string, at: number])[];
  /** Deltas of its effects; default: by its first answer. */
  readonly effects?: readonly number[];
  /** Its effects as rows, instead. */
  readonly legs?: readonly Partial<Row<'effects'>>[];
  /** Whether the consumer group consumed it, or each of its attempts; default: all. */
  readonly consumed?: boolean | readonly boolean[];
  /** What the client reported about every attempt. */
  readonly outcome?: 'ok' | 'failed' | 'indeterminate';
  /** What visitors were told about it over HTTP, attempt by attempt; default: the generator wrote it. */
  readonly told?: readonly (readonly [press: number, answer: string, at: number])[];
  /** The generator did not record its hand-over time. */
  readonly unstamped?: boolean;
  /** Not in the read-back log. */
  readonly absent?: boolean;
  /** In the log, but written by another producer. */
  readonly foreign?: boolean;
  readonly phase?: string;
  readonly premium?: boolean;
  /** Of its decisions; default `full`. */
  readonly mode?: string | null;
  /** The key of its decisions; default: its own. */
  readonly toldUnder?: string | null;
}

type Kind =
  | 'order'
  | 'cancellation'
  | 'return'
  | 'restock'
  | 'payment'
  | 'add_money'
  | 'refund'
  | 'registration'
  | 'application';

export interface SmallHistory {
  /** Default: `inventory`. */
  readonly domain?: 'inventory' | 'kyc' | 'wallet';
  readonly opening?: Readonly<Record<string, number>>;
  /** Closing stock; default: opening plus effects. A key with null has no closing row. */
  readonly left?: Readonly<Record<string, number | null>>;
  readonly shelf?: Readonly<Record<string, number | null>>;
  readonly ops?: readonly SmallOp[];
  /** Categories of keys in the catalogue. */
  readonly categories?: Readonly<Record<string, string>>;
  /** Additional keys in the catalogue. */
  readonly catalogued?: readonly string[];
  /** Whether there is a catalogue of the operations' keys; default: yes. */
  readonly isCatalogued?: boolean;
  readonly invariants?: readonly string[];
  /** States in its scenario's `reach`. */
  readonly reach?: readonly string[];
  readonly objectives?: readonly ObjectiveSpec[];
  readonly phases?: readonly PhaseRecord[];
  /** Requests of visitors, besides those that `told` implies. */
  readonly requests?: readonly Partial<Row<'requests'>>[];
  readonly samples?: readonly Row<'samples'>[];
  readonly events?: readonly Row<'events'>[];
  readonly decisions?: readonly Partial<Row<'decisions'>>[];
  readonly effects?: readonly Partial<Row<'effects'>>[];
  readonly faults?: readonly FaultRecord[];
  readonly stalenessMs?: number;
  /** Samples of the target's processes, by instance, which also identify them as its own. */
  readonly memoryLimits?: Readonly<Record<string, number | null>>;
  /** Names of the target's audits. */
  readonly audits?: readonly string[];
  /** Hand-over delay of every operation. */
  readonly sentLateMs?: number | ((one: SmallOp) => number);
  /** How far the broker's clock is ahead of the generator's. */
  readonly brokerAheadMs?: number;
  /** Additional offset of an operation's append timestamp, by op: its partition's leader has its own clock. */
  readonly appendedLateMs?: Readonly<Record<number, number>>;
  readonly drainedAt?: number | null;
  readonly drill?: Partial<DrillRecord>;
  readonly generator?: Partial<GeneratorRecord>;
}

const endMs = 60_000;
const topics = {
  order: 'order-events',
  cancellation: 'cancellation-events',
  return: 'return-events',
  restock: 'warehouse-updates',
  payment: 'upi-transactions',
  add_money: 'add-money',
  refund: 'refunds',
  registration: 'registrations',
  application: 'kyc-applications',
} as const;

/** Defaults of an operation. */
const defaults = {
  inventory: { kind: 'order', key: 'p', otherKey: null },
  kyc: { kind: 'application', key: 'a1', otherKey: null },
  wallet: { kind: 'payment', key: 'u1', otherKey: 'm1' },
} as const;
const defaultsOf = ({ domain = 'inventory' }: SmallHistory) => defaults[domain];
type Whole = SmallOp & { readonly kind: Kind; readonly key: string; readonly otherKey: string | null };

const listOf = <Value>(value: Value | readonly Value[]): readonly Value[] =>
  Array.isArray(value) ? (value as readonly Value[]) : [value as Value];

/** The effects that a correct pipeline books for an operation. */
function faithfulEffects({
  kind,
  key,
  otherKey,
  quantity = 1,
  paise = 100,
  answers = [],
}: Whole): Partial<Row<'effects'>>[] {
  const answer = answers.find(([name]) => name !== 'revoked')?.[0];
  switch (answer) {
    case 'confirmed':
      return kind === 'order' ? [{ delta: -quantity }] : [];
    case 'applied':
    case 'cancelled':
    case 'credited':
      return kind === 'order' ? [] : [{ delta: quantity }];
    case 'success': {
      const [from, to] = kind === 'add_money' ? [otherKey, key] : [key, otherKey];
      const taken = kind === 'add_money' ? { leg: 'bank-debit', store: 'bank' } : { leg: 'debit' };
      return [
        { ...taken, key: from, delta: -paise },
        { leg: 'credit', key: to, delta: paise },
      ];
    }
    default:
      return [];
  }
}

/** Writes a small history to a new temporary folder, which the caller removes; returns its path. */
export async function aHistory(small: SmallHistory): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'toofan-small-'));
  const ops = small.ops ?? [];
  const rows = rowsOf(small);
  {
    await using recorder = await openRecorder(folder, 'small');
    await recorder.append('operations', rows.operations);
    await recorder.append('appends', rows.appends);
    await recorder.append('decisions', rows.decisions);
    await recorder.append('effects', rows.effects);
    await recorder.append('balances', balancesOf(small, rows.effects));
    const visited = ops.filter(({ told }) => told !== undefined);
    if (visited.length > 0) await recorder.append('answers', visited.flatMap(answerRows));
    const requests = [...visited.flatMap(requestRows), ...(small.requests ?? []).map(requestRow)];
    if (requests.length > 0) await recorder.append('requests', requests);
    await recorder.append('samples', small.samples ?? []);
    await recorder.append('events', small.events ?? []);
    const named = small.isCatalogued === false ? [] : ops;
    const keys = new Set([...named.map(({ key = defaultsOf(small).key }) => key), ...(small.catalogued ?? [])]);
    await recorder.append(
      'catalogue',
      [...keys].map((key) => ({
        key,
        name: `name of ${key}`,
        category: small.categories?.[key] ?? 'x',
        price_paise: 100,
      })),
    );
  }
  await sealHistory(folder, drillOf(small, rows));
  return folder;
}

interface SmallRows {
  readonly operations: Row<'operations'>[];
  readonly appends: Row<'appends'>[];
  readonly decisions: Row<'decisions'>[];
  readonly effects: Row<'effects'>[];
  /** The group's committed offset by topic: every op has its own partition. */
  readonly partitions: {
    readonly topic: string;
    readonly partition: number;
    readonly end: number;
    readonly committed: number;
  }[];
}

function rowsOf(small: SmallHistory): SmallRows {
  const ahead = small.brokerAheadMs ?? 0;
  const rows: SmallRows = { operations: [], appends: [], decisions: [], effects: [], partitions: [] };
  const whole = (small.ops ?? []).map((one): Whole => ({ ...defaultsOf(small), ...one }));
  for (const [index, one] of whole.entries()) {
    const presses = listOf(one.at);
    const lateMs = typeof small.sentLateMs === 'function' ? small.sentLateMs(one) : (small.sentLateMs ?? 0);
    const consumed = listOf(one.consumed ?? true);
    for (const [press, at] of presses.entries()) {
      if (one.foreign !== true) rows.operations.push(operationRow(one, press + 1, at - lateMs, at));
      if (one.absent === true) continue;
      const partition = index * 10 + press;
      const topic = topics[one.kind];
      rows.appends.push({
        op: one.op,
        attempt: press + 1,
        topic,
        partition,
        offset: 0,
        appended_at: micros(at + ahead + (small.appendedLateMs?.[one.op] ?? 0)),
      });
      const isConsumed = consumed[Math.min(press, consumed.length - 1)] ?? true;
      rows.partitions.push({ topic, partition, end: 1, committed: isConsumed ? 1 : 0 });
    }
    for (const [answer, at] of one.answers ?? []) {
      rows.decisions.push(
        decisionRow(
          {
            op: one.op,
            key: one.toldUnder === undefined ? one.key : one.toldUnder,
            answer,
            mode: one.mode === undefined ? 'full' : one.mode,
            decided_at: micros(at + ahead),
          },
          rows.decisions.length,
        ),
      );
    }
    const booked = one.legs ?? one.effects?.map((delta) => ({ delta })) ?? faithfulEffects(one);
    for (const effect of booked) {
      const at = one.answers?.[0]?.[1] ?? Math.max(...presses);
      rows.effects.push(
        effectRow({ op: one.op, key: one.key, committed_at: micros(at), ...effect }, rows.effects.length),
      );
    }
  }
  for (const row of small.decisions ?? []) rows.decisions.push(decisionRow(row, rows.decisions.length));
  for (const row of small.effects ?? []) rows.effects.push(effectRow(row, rows.effects.length));
  return rows;
}

function operationRow(one: Whole, attempt: number, plannedAt: number, at: number): Row<'operations'> {
  return {
    op: one.op,
    attempt,
    shard: 0,
    kind: one.kind,
    subject_op: one.of ?? null,
    key: one.key,
    other_key: one.otherKey,
    quantity: one.quantity ?? 1,
    amount_paise: one.paise ?? 100,
    class: one.premium === true ? 'premium' : 'regular',
    phase: one.phase ?? 'steady',
    planned_at: micros(plannedAt),
    sent_at: one.unstamped === true ? null : micros(at),
    acked_at: one.outcome === 'failed' ? null : micros(at) + 1_000,
    outcome: one.outcome ?? 'ok',
    error: null,
  };
}

const answerRows = ({ op, told = [] }: SmallOp): Row<'answers'>[] =>
  told.map(([attempt, answer, at]) => ({ op, attempt, answer, answered_at: micros(at), channel: 'http' }));

const requestRows = ({ op, at }: SmallOp): Row<'requests'>[] =>
  listOf(at).map((sent, press) => requestRow({ op, attempt: press + 1, request: 'order', sent_at: micros(sent) }));

const requestRow = (row: Partial<Row<'requests'>>): Row<'requests'> => ({
  visit: 0,
  request: 'browse',
  op: null,
  attempt: null,
  phase: 'steady',
  planned_at: micros(0),
  sent_at: micros(0),
  answered_at: micros(10),
  status: 200,
  error: null,
  ...row,
});

const decisionRow = (row: Partial<Row<'decisions'>>, offset: number): Row<'decisions'> => ({
  op: null,
  key: 'p',
  answer: null,
  mode: 'full',
  reason: null,
  decided_at: null,
  stamped_by: 'broker',
  partition: 0,
  offset,
  ...row,
});

const effectRow = (row: Partial<Row<'effects'>>, version: number): Row<'effects'> => ({
  op: null,
  leg: 'stock',
  store: 'main',
  key: 'p',
  delta: null,
  amount_paise: null,
  version: version + 1,
  committed_at: null,
  ...row,
});

const balanceRow = (store: string, moment: string, [key, available]: [string, number | null]): Row<'balances'> => ({
  store,
  key,
  moment,
  available,
  sold: null,
  version: null,
});

function balancesOf(small: SmallHistory, effects: readonly Row<'effects'>[]): Row<'balances'>[] {
  const opening = small.opening ?? {};
  const moved = Object.keys({ ...opening, ...small.left }).map((key): [string, number | null] => {
    const given = small.left?.[key];
    if (given !== undefined) return [key, given];
    const changes = effects.filter((effect) => effect.key === key);
    return [key, changes.reduce((sum, { delta }) => sum + (delta ?? 0), opening[key] ?? 0)];
  });
  return [
    ...Object.entries(opening).map((entry) => balanceRow('main', 'before', entry)),
    ...moved.filter(([, units]) => units !== null).map((entry) => balanceRow('main', 'after', entry)),
    ...Object.entries(small.shelf ?? {}).map((entry) => balanceRow('shelf', 'after', entry)),
  ];
}

function drillOf(small: SmallHistory, rows: SmallRows): DrillRecord {
  const isDrained = rows.partitions.every(({ committed, end }) => committed === end);
  const drainedAt = small.drainedAt === undefined ? (isDrained ? endMs + 500 : null) : small.drainedAt;
  return {
    schema: 1,
    run: 'small',
    seed: 1,
    scenario: {
      name: 'small',
      summary: '',
      domain: small.domain ?? 'inventory',
      target: 'small',
      timeScale: 1,
      world: {},
      load: [],
      mix: {},
      faults: [],
      objectives: small.objectives ?? [],
      invariants: small.invariants ?? [],
      ...(small.reach && { reach: small.reach }),
      drainDeadline: '10s',
      sources: [],
    },
    loadScale: 1,
    target: {
      name: 'small',
      readModel:
        small.shelf || small.stalenessMs !== undefined
          ? { name: 'shelf', stalenessMs: small.stalenessMs ?? 0, refreshMs: 100 }
          : null,
      memoryLimitMiB: null,
      ...(small.audits && { audits: small.audits }),
      ...(small.memoryLimits && { memoryLimits: small.memoryLimits }),
    },
    stack: { kind: 'local', reason: '', versions: {}, stampedBy: 'broker' },
    phases: small.phases ?? [
      { name: 'steady', warmUp: false, startsAt: micros(0), endsAt: micros(endMs), arrivals: rows.operations.length },
    ],
    loadEndedAt: micros(endMs),
    drainedAt: drainedAt === null ? null : micros(drainedAt),
    closedAt: micros(endMs + 10_000),
    offsets: [
      ...rows.partitions.map(({ topic, partition, end, committed }) => ({
        topic,
        role: 'input' as const,
        partition,
        start: 0,
        end,
        committed: { inventory: committed === 0 ? null : committed },
      })),
      {
        topic: 'order-decisions',
        role: 'decisions',
        partition: 0,
        start: 0,
        end: rows.decisions.length,
        committed: {},
      },
    ],
    generators: [
      {
        shard: 0,
        planned: rows.operations.length,
        sent: rows.operations.length,
        acked: rows.operations.length,
        failed: 0,
        indeterminate: 0,
        unsent: 0,
        cpuMicros: rows.operations.length * 10,
        peakMemoryMiB: 100,
        ...small.generator,
      },
    ],
    faults: small.faults ?? [],
    timings: { stackUpMs: 1, drillMs: 1 },
    machine: { cpus: 2, memoryMiB: 1, platform: 'linux', node: 'v24' },
    command: 'toofan run small',
    ...small.drill,
  };
}
