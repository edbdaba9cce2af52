import type { Client } from 'pg';

/**
 * Sets a Postgres session timeout (ms), so that the server itself ends what a dead or hanging harness has left there. Older
 * servers without the setting are left alone: there, closing the connection has to do.
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
