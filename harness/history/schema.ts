export type ColumnType = 'BIGINT' | 'INTEGER' | 'VARCHAR' | 'DOUBLE';

/**
 * The tables of a history: `history/<table>-<part>.parquet`. Times are µs since the epoch (BIGINT); brokers' timestamps have ms
 * precision. Columns are in file order.
 */
export const historySchema = {
  operations: {
    op: 'BIGINT',
    attempt: 'INTEGER',
    shard: 'INTEGER',
    kind: 'VARCHAR',
    subject_op: 'BIGINT',
    key: 'VARCHAR',
    other_key: 'VARCHAR',
    quantity: 'INTEGER',
    amount_paise: 'BIGINT',
    class: 'VARCHAR',
    phase: 'VARCHAR',
    planned_at: 'BIGINT',
    sent_at: 'BIGINT',
    acked_at: 'BIGINT',
    outcome: 'VARCHAR',
    error: 'VARCHAR',
  },
  appends: {
    op: 'BIGINT',
    attempt: 'INTEGER',
    topic: 'VARCHAR',
    partition: 'INTEGER',
    offset: 'BIGINT',
    appended_at: 'BIGINT',
  },
  decisions: {
    op: 'BIGINT',
    key: 'VARCHAR',
    answer: 'VARCHAR',
    mode: 'VARCHAR',
    reason: 'VARCHAR',
    decided_at: 'BIGINT',
    stamped_by: 'VARCHAR',
    partition: 'INTEGER',
    offset: 'BIGINT',
  },
  answers: { op: 'BIGINT', attempt: 'INTEGER', answer: 'VARCHAR', answered_at: 'BIGINT', channel: 'VARCHAR' },
  /** Visitors' HTTP requests; `op` is null if a request is about no operation (viewing a product). No answer: status 0. */
  requests: {
    visit: 'BIGINT',
    request: 'VARCHAR',
    op: 'BIGINT',
    attempt: 'INTEGER',
    phase: 'VARCHAR',
    planned_at: 'BIGINT',
    sent_at: 'BIGINT',
    answered_at: 'BIGINT',
    status: 'INTEGER',
    error: 'VARCHAR',
  },
  effects: {
    op: 'BIGINT',
    leg: 'VARCHAR',
    store: 'VARCHAR',
    key: 'VARCHAR',
    /** Units, or paise: a crore of rupees is 10⁹ of them. */
    delta: 'BIGINT',
    amount_paise: 'BIGINT',
    version: 'BIGINT',
    committed_at: 'BIGINT',
  },
  balances: {
    store: 'VARCHAR',
    key: 'VARCHAR',
    moment: 'VARCHAR',
    available: 'BIGINT',
    sold: 'BIGINT',
    version: 'BIGINT',
  },
  events: { at: 'BIGINT', kind: 'VARCHAR', name: 'VARCHAR', stage: 'VARCHAR', detail: 'VARCHAR' },
  /** `began_at` is when the sample was requested and `at` when it arrived: a read is right if it was true in between. */
  samples: { at: 'BIGINT', began_at: 'BIGINT', probe: 'VARCHAR', subject: 'VARCHAR', value: 'DOUBLE', unit: 'VARCHAR' },
  catalogue: { key: 'VARCHAR', name: 'VARCHAR', category: 'VARCHAR', price_paise: 'BIGINT' },
} as const satisfies Record<string, Record<string, ColumnType>>;

export type HistoryTable = keyof typeof historySchema;

/** The name in `samples` of the probe that reads the target's read model: what customers see of some keys. */
export const readModelProbe = 'shelf';

/** What the probe `cpu` names beside the pipeline's processes, so that the stores' share can be told: the harness, and each generator. */
export const harnessSubject = 'toofan';
export const generatorSubject = (shard: number): string => `toofan-generator-${shard}`;

type ValueOf<Type> = Type extends 'VARCHAR' ? string : number;
/** One row of a table; null if the column does not apply. BIGINT values are safe integers on our side. */
export type Row<Table extends HistoryTable> = {
  readonly [Column in keyof (typeof historySchema)[Table]]: ValueOf<(typeof historySchema)[Table][Column]> | null;
};
