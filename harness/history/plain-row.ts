import type { DuckDBValue } from '@duckdb/node-api';

/** A row as plain values: BIGINT becomes a number, a list an array. */
export function plainRow(row: Record<string, DuckDBValue>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plainValue(value)]));
}

function plainValue(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'object' && value !== null && 'items' in value) return value.items.map(plainValue);
  return value;
}
