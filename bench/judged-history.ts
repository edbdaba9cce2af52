/** What the histories for measuring the judge share: made by SQL, like a sound pipeline's. */
export const start = 1_700_000_000_000_000;
export const perSecond = 15_000;

/** When an arrival is planned, µs, as SQL. */
export const micros = (arrival: string): string => `${start} + (${arrival}) * 1000000 // ${perSecond}`;
/** A time with a broker's ms precision. */
export const messageTime = (time: string): string => `(${time}) // 1000 * 1000`;
export const write = (folder: string, table: string, select: string): string =>
  `COPY (${select}) TO '${folder}/${table}-bench.parquet' (FORMAT parquet)`;
