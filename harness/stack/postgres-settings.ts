import type { PostgresNeed } from './stack.ts';

/** Connections beyond the target's own, for the harness: probes, truth, healing. */
export const reservedConnections = 10;

/** The target's login; the harness is the superuser. */
export const targetUser = 'toofan';
export const databaseName = 'toofan';
export const superuser = 'postgres';

const defaultConnections = 100;

/**
 * Server settings for a sale day, overridden by the need's own. `max_connections` is what the target may open; the reserved ones
 * come on top.
 */
export function postgresSettings(need: PostgresNeed): Record<string, string | number> {
  const own = need.settings ?? {};
  return {
    shared_buffers: '256MB',
    // Truth is read with the time of each commit.
    track_commit_timestamp: 'on',
    synchronous_commit: 'on',
    // No checkpoint within a drill: it would show as a stall that is no pipeline's fault.
    max_wal_size: '4GB',
    checkpoint_timeout: '30min',
    // With the default, killed servers leave files in /dev/shm; these are removed with the data folder.
    dynamic_shared_memory_type: 'mmap',
    jit: 'off',
    log_line_prefix: '%m [%p] ',
    lc_messages: 'C',
    ...own,
    max_connections: Number(own.max_connections ?? defaultConnections) + reservedConnections,
    superuser_reserved_connections: reservedConnections,
  };
}
