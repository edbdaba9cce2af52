import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { newSettings } from '../stack/containers/up-file.ts';
import { upText } from './up.ts';

const settings = newSettings(tmpdir(), { TOOFAN_POSTGRES_PORT: '15432', TOOFAN_GRAFANA_PORT: '13000' });

it('says where the stores are and how to drill on them', () => {
  expect(upText(settings)).toBe(`Kafka       127.0.0.1:9092
Postgres    127.0.0.1:15432, user postgres, database toofan
Redis       127.0.0.1:6379
Passwords   .toofan/stack.env

Next        npx toofan run smoke --stack external
Stop it     npx toofan down
`);
});

it('says where to watch, and proposes a drill that is to be seen there', () => {
  const text = upText({ ...settings, COMPOSE_PROFILES: 'observe' });
  expect(text).toContain(`Prometheus  http://127.0.0.1:9090/
Grafana     http://127.0.0.1:13000/(log in as admin to edit)
`);
  expect(text).toContain('npx toofan run smoke --stack external --metrics\n');
});

it('proposes no drill on the stores of a shop', () => {
  const text = upText({ ...settings, COMPOSE_PROFILES: 'shop' });
  expect(text).toContain('Storefront  http://127.0.0.1:8080/search?q=saree\n');
  expect(text).toContain('Toxiproxy   http://127.0.0.1:8474/proxies, between the shop and its stores\n');
  expect(text).not.toContain('Next');
});
