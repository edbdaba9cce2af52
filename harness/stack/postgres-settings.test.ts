import { expect, it } from 'vitest';
import { postgresSettings, reservedConnections } from './postgres-settings.ts';

it('adds the harness connections to those of the target, and lets a need override the rest', () => {
  const settings = postgresSettings({ schema: '', settings: { max_connections: 200, shared_buffers: '1GB' } });
  expect(settings).toMatchObject({
    max_connections: 200 + reservedConnections,
    superuser_reserved_connections: reservedConnections,
    shared_buffers: '1GB',
  });
});
