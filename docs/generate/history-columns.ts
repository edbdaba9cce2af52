import { type HistoryTable, historySchema } from '../../harness/history/schema.ts';

/** What one column holds; `unit` is empty for names and counts of nothing. */
type Note = readonly [unit: string, meaning: string];

interface TableNotes<Table extends HistoryTable> {
  /** What a row is. */
  readonly row: string;
  /** Every column of the schema: one that has no note does not compile. */
  readonly columns: { readonly [Column in keyof (typeof historySchema)[Table]]: Note };
}

const key: Note = ['', 'the product, account or applicant'];
const time = (of: string): Note => ['µs', of];

const notes: { readonly [Table in HistoryTable]: TableNotes<Table> } = {
  operations: {
    row: 'an attempt of the generator, or of an HTTP shopper, to submit an operation; `attempt` 2 is a retry or a double click',
    columns: {
      op: ['', 'number of the operation, the same in every table and on the wire'],
      attempt: ['', 'from 1'],
      shard: ['', 'the generator process, from 0'],
      kind: ['', 'order, cancellation, return, restock; payment, add_money, refund, registration; application'],
      subject_op: ['', 'the operation that it is about: the order of a cancellation; null if it is about none'],
      key: ['', 'the product, account or applicant; whoever pays or is credited first'],
      other_key: ['', 'the second account (a payee, a bank account); null in other domains'],
      quantity: ['units', 'what is asked for; 1 where nothing is counted'],
      amount_paise: ['paise', 'its worth: price times quantity, the amount paid, the cost of a check'],
      class: ['', 'premium or regular customer'],
      phase: ['', 'the phase of the load curve in which it was planned'],
      planned_at: time("the schedule's; latency counts from here"),
      sent_at: time("handed over to the client, by the generator's clock; null if it never was"),
      acked_at: time("acknowledged, by the generator's clock; null if it was not"),
      outcome: ['', 'ok, failed, or indeterminate: it may have been appended or not'],
      error: ['', "the client's reason where it is not ok"],
    },
  },
  appends: {
    row: 'a record of an input topic, read back after the drill: this is what "submitted" means',
    columns: {
      op: ['', 'whose it is; null if nobody can tell'],
      attempt: ['', 'from 1'],
      topic: ['', ''],
      partition: ['', ''],
      offset: ['', 'its place in the partition'],
      appended_at: time("the broker's timestamp, exact to the ms"),
    },
  },
  decisions: {
    row: 'a record of the decision topic, read back after the drill; there may be several of one operation (at-least-once)',
    columns: {
      op: ['', 'whose it is; null if it names none'],
      key,
      answer: [
        '',
        'the word: confirmed, sold_out, shed; success, declined; approved …; `revoked` takes an earlier one back',
      ],
      mode: ['', 'full or degraded'],
      reason: ['', "the pipeline's, in words; null if it gives none"],
      decided_at: time('the timestamp of the record, exact to the ms'),
      stamped_by: ['', 'broker (LogAppendTime) or producer'],
      partition: ['', ''],
      offset: ['', 'the first by (decided_at, partition, offset) counts'],
    },
  },
  answers: {
    row: 'what an HTTP shopper was told of an operation',
    columns: {
      op: ['', ''],
      attempt: ['', 'which press'],
      answer: ['', 'a word as in `decisions`, or `pending`'],
      answered_at: time("by the shopper's clock"),
      channel: ['', 'http'],
    },
  },
  requests: {
    row: 'a request of an HTTP shopper',
    columns: {
      visit: ['', 'number of the shopper'],
      request: ['', 'its name in the journey: browse, order …'],
      op: ['', 'the operation that it submits; null if it submits none'],
      attempt: ['', 'which press'],
      phase: ['', 'the phase in which it was due'],
      planned_at: time('when it was due'),
      sent_at: time(''),
      answered_at: time('when it ended'),
      status: ['', 'of HTTP; 0 if there was no answer'],
      error: ['', "the client's reason; null if there was an answer"],
    },
  },
  effects: {
    row: "a change in the target's store, as its `effects` query reads it after the drill",
    columns: {
      op: ['', 'the operation that made it; null if the store does not say'],
      leg: ['', 'stock; debit, credit, bank-debit …: an operation may have several'],
      store: ['', 'the Postgres server, as the target names it'],
      key,
      delta: ['units or paise', 'by how much it changed, negative for less; 0 moves nothing'],
      amount_paise: ['paise', 'what it costs or is worth; null if it says nothing'],
      version: ['', "of the key's row, taken under its lock: the order of its changes; null if the store keeps none"],
      committed_at: time("by the store's clock; null if it keeps none"),
    },
  },
  balances: {
    row: 'what a key holds in one store, before the load or after the drain',
    columns: {
      store: ['', 'as in `effects`; or the name of the read model (`shelf`)'],
      key,
      moment: ['', 'before or after'],
      available: ['units or paise', 'null: the read model does not have the key'],
      sold: ['units', 'null if the store does not count it'],
      version: ['', "of the key's row"],
    },
  },
  events: {
    row: 'something that happened to the drill',
    columns: {
      at: time("by the harness's clock"),
      kind: ['', 'phase, fault, action'],
      name: ['', 'of the phase, the fault with its victim, the action'],
      stage: ['', 'commanded; verified (seen to strike, seen to be done); healed; failed'],
      detail: ['', 'what was seen'],
    },
  },
  samples: {
    row: 'a value that a probe saw, several times per second',
    columns: {
      at: time('when the value was there'),
      began_at: time('when it was asked for; null if that took no time'),
      probe: ['', 'lag, up, memory, connections, lockWaits, roundTrip, poolUsed, machine, shelf (the read model) …'],
      subject: ['', 'the process, store, consumer group or key; null if there is only one'],
      value: ['`unit`', 'null: asked, and not there'],
      unit: ['', 'of the value: messages, MiB, share, ms, cores …; empty for counts'],
    },
  },
  catalogue: {
    row: 'what a person calls a key',
    columns: {
      key,
      name: ['', 'of the product or the person; made up from the seed'],
      category: ['', 'of the product; what kind of account or applicant it is'],
      price_paise: ['paise', 'of one unit; 0 for accounts'],
    },
  },
};

/** The tables of docs/HISTORY.md, Markdown. */
export function historyTables(): string {
  return (Object.keys(historySchema) as HistoryTable[]).map((table) => tableText(table)).join('\n\n');
}

function tableText(table: HistoryTable): string {
  const { row, columns } = notes[table];
  const rows = Object.entries<string>(historySchema[table]).map(([name, type]) => {
    const [unit, meaning] = (columns as Readonly<Record<string, Note>>)[name] ?? ['', ''];
    return `| \`${name}\` | ${type} | ${unit} | ${meaning} |`;
  });
  return [
    `### ${table}`,
    '',
    `A row is ${row}.`,
    '',
    '| column | type | unit | meaning |',
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}
