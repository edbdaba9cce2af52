import type { Domain } from '../domains/domain.ts';
import { columnTypes } from '../history/columns.ts';
import type { History } from '../history/reader.ts';
import { type HistoryTable, historySchema } from '../history/schema.ts';
import { lifeSql, type LifeAbout, type Subject } from './life-sql.ts';

/** One event. Amounts are in the domain's measure (units, paise). */
export interface LifeMoment {
  /** µs since the epoch; null for opening and closing, and for anything without a time. */
  readonly at: number | null;
  /** opening, planned (never sent), sent, requested, appended, effect, decided, told, closing. */
  readonly event: string;
  readonly op: number | null;
  readonly attempt: number | null;
  /** Of what was sent or planned. */
  readonly kind: string | null;
  readonly key: string | null;
  readonly detail: string;
  readonly asked: number | null;
  readonly change: number | null;
  /** What the key held then; null if unknown. */
  readonly remaining: number | null;
}

export interface Life {
  readonly moments: readonly LifeMoment[];
  /** Whether there are more than were read. */
  readonly isCut: boolean;
}

/** A key of a very long drill has more; what is read is held in memory. */
const mostMoments = 200_000;

export const aboutOf = ({ drill, tables }: History, { measure }: Pick<Domain, 'measure'>): LifeAbout => ({
  measure,
  readModel: drill.target.readModel?.name ?? null,
  tables,
});

/** The events of a subject, from an open history. */
export async function lifeOf(
  history: History,
  domain: Pick<Domain, 'measure'>,
  subject: Subject,
  most = mostMoments,
): Promise<Life> {
  const { ctes, select } = lifeSql(subject, aboutOf(history, domain));
  const moments = await history.rows<LifeMoment>(`${withCtes(ctes)}${select}\nLIMIT ${most + 1}`);
  return { moments: moments.slice(0, most), isCut: moments.length > most };
}

const withCtes = (ctes: Readonly<Record<string, string>>): string =>
  `WITH ${Object.entries(ctes)
    .map(([name, sql]) => `${name} AS (\n${sql}\n)`)
    .join(', ')}`;

/** The same query for any DuckDB, over the files of a history. `files` gives the rows of a table that has a part. */
export function pastedLife(subject: Subject, about: LifeAbout, files: (table: HistoryTable) => string): string {
  const { ctes, select } = lifeSql(subject, about);
  const text = Object.values(ctes).join('\n');
  const named = (Object.keys(historySchema) as HistoryTable[]).filter((table) =>
    new RegExp(`\\b(?:FROM|JOIN) ${table}\\b`).test(text),
  );
  const read = named.map((table) => [table, `  ${about.tables.has(table) ? `FROM ${files(table)}` : noRows(table)}`]);
  return `${withCtes({ ...Object.fromEntries(read), ...ctes })}${select};\n`;
}

const noRows = (table: HistoryTable): string =>
  `SELECT ${columnTypes(table)
    .map(([name, type]) => `NULL::${type} AS "${name}"`)
    .join(', ')} WHERE false`;
