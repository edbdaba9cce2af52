import type { History } from '../history/reader.ts';

/** Ranges of op with about `opsInSlice` operations each; the first and last are open, so that phantoms fall into one too. */
export async function slices(
  history: History,
  opsInSlice: number,
): Promise<{ conditions: string[]; operations: number }> {
  const [range] = await history.rows<{ low: number | null; high: number | null; n: number }>(
    'SELECT min(op) AS low, max(op) AS high, count(*) AS n FROM operations',
  );
  const { low, high, n } = range ?? { low: null, high: null, n: 0 };
  const count = Math.ceil(n / opsInSlice);
  if (low === null || high === null || count <= 1) return { conditions: ['true'], operations: n };
  const step = Math.ceil((high - low + 1) / count);
  const conditions = Array.from({ length: count }, (_, index) => {
    const from = index === 0 ? [] : [`op >= ${low + index * step}`];
    const to = index === count - 1 ? [] : [`op < ${low + (index + 1) * step}`];
    return [...from, ...to].join(' AND ');
  });
  return { conditions, operations: n };
}
