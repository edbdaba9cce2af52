/** A text as a SQL literal, with its quotes doubled. */
export const sqlText = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Texts as a SQL list, for `IN`. */
export const sqlList = (values: readonly string[]): string => `(${values.map(sqlText).join(', ')})`;
