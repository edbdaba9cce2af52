import type { PostgresNeed } from './stack.ts';

/** Connections beyond the target's own, for the harness: probes, truth, healing. */
export const reservedConnections = 10;

/** What the target logs in as; the harness is the superuser. */
export const targetUser = 'toofan';
export const databaseName = 'toofan';
export const superuser = 'postgres';

const defaultConnections = 100;

/**
 * Server settings for a sale day, a need's own on top. `max_connections` is what the target may open; the reserved ones
 * come on top of it.
 */
export function postgresSettings(need: PostgresNeed): Record<string, string | number> {
  const own = need.settings ?? {};
  return {
    shared_buffers: '256MB',
    // Truth is read with the time of each commit.
    track_commit_timestamp: 'on',
    synchronous_commit: 'on',
    // No checkpoint within a drill: it would show as a stall that no pipeline is to blame for.
    max_wal_size: '4GB',
    checkpoint_timeout: '30min',
    // Killed servers leave files in /dev/shm with the default; these go with the data folder.
    dynamic_shared_memory_type: 'mmap',
    jit: 'off',
    log_line_prefix: '%m [%p] ',
    lc_messages: 'C',
    ...own,
    max_connections: Number(own.max_connections ?? defaultConnections) + reservedConnections,
    superuser_reserved_connections: reservedConnections,
  };
}
