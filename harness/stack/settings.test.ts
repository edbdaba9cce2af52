import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { asEnvironment, kafkaSettings } from './kafka-settings.ts';
import { postgresSettings, reservedConnections } from './postgres-settings.ts';

const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');

it('docker-compose.yml tells Kafka what our own stacks tell it', () => {
  const lines = Object.entries(asEnvironment(kafkaSettings)).map(([name, value]) => `${name}: '${value}'`);
  expect(lines.filter((line) => !compose.includes(line))).toEqual([]);
});

it('docker-compose.yml tells Postgres what our own stacks tell it', () => {
  const settings = postgresSettings({ schema: '', settings: { max_connections: 200 } });
  const lines = Object.entries(settings).map(([name, value]) => `- '-c${name}=${value}'`);
  expect(lines.filter((line) => !compose.includes(line))).toEqual([]);
});

it('adds the harness connections to those of the target, and lets a need override the rest', () => {
  const settings = postgresSettings({ schema: '', settings: { max_connections: 200, shared_buffers: '1GB' } });
  expect(settings).toMatchObject({
    max_connections: 200 + reservedConnections,
    superuser_reserved_connections: reservedConnections,
    shared_buffers: '1GB',
  });
});
