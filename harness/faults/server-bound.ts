import type { Client } from 'pg';

/**
 * Sets a time-out (ms) of a Postgres session by which the server itself ends what a harness that died or hangs has left there.
 * An older server that does not know it is left as it is: there a closed connection has to do.
 */
export async function boundByServer(
  client: Client,
  name: 'client_connection_check_interval' | 'idle_session_timeout',
  timeoutMs: number,
): Promise<void> {
  await client.query('SELECT set_config(name, $2, false) FROM pg_settings WHERE name = $1', [
    name,
    String(Math.round(timeoutMs)),
  ]);
}
