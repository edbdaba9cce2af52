/** A text as a literal of SQL, quotes within it doubled. */
export const sqlText = (value: string): string => `'${value.replaceAll("'", "''")}'`;

/** Texts as a list of SQL, for `IN`. */
export const sqlList = (values: readonly string[]): string => `(${values.map(sqlText).join(', ')})`;
