/** docker-compose.yml against what the rest of the repository says. */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { target as shop } from '../../../simulators/inventory/storefront/target.ts';
import { composeFile } from './compose.ts';
import { imagesOf } from './images.ts';
import { asEnvironment, kafkaHeapMiB, kafkaSettings } from '../kafka-settings.ts';
import { postgresSettings } from '../postgres-settings.ts';
import { newSettings, openPorts, storesOf, upProfiles } from './up-file.ts';

interface Service {
  readonly profiles?: readonly string[];
  readonly image: string;
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly mem_limit?: string;
  readonly healthcheck?: { readonly test: readonly string[]; readonly retries: number };
}

const root = resolve(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const text = readFileSync(composeFile, 'utf8');
const { services } = parse(text, { merge: true }) as { services: Record<string, Service> };
const every = Object.entries(services);
const service = (name: string): Service => services[name] ?? expect.fail(`there is no service ${name}`);
/** `${NAME:-value}` with no variable set. */
const plain = (value: string) => value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('docker-compose.yml', () => {
  it('tells Kafka what our own stacks tell it, and has a listener more', () => {
    const own: Record<string, string> = asEnvironment(kafkaSettings);
    own['KAFKA_LISTENER_SECURITY_PROTOCOL_MAP'] += ',PROXIED:PLAINTEXT';
    own['KAFKA_HEAP_OPTS'] = `-Xms${kafkaHeapMiB / 2}m -Xmx${kafkaHeapMiB}m`;
    expect(service('kafka').environment).toMatchObject(own);
  });

  it('tells Postgres what our own stacks tell it', () => {
    const settings = postgresSettings({ schema: '', settings: { max_connections: 200 } });
    const own = Object.entries(settings).map(([name, value]) => `-c${name}=${value}`);
    expect(service('postgres').command).toEqual(['postgres', ...own]);
  });

  it('takes the images that a stack of containers takes', () => {
    const images = ['kafka', 'postgres', 'redis'].map((name) => [name, plain(service(name).image)]);
    expect(Object.fromEntries(images)).toEqual(imagesOf({}));
  });

  it.each(every)(
    'bounds %s, watches its health and names one version of it',
    (_, { image, mem_limit, healthcheck }) => {
      expect(plain(image)).toMatch(/:(v?\d+\.\d+(\.\d+)?|local)$/);
      expect(mem_limit).toMatch(/^\d+[mg]$/);
      expect(healthcheck?.test[0]).toMatch(/^CMD(-SHELL)?$/);
      expect(healthcheck?.retries).toBeGreaterThan(0);
    },
  );

  it.each(every)(
    'opens %s to this machine alone',
    (_, { ports = [], network_mode, command = [], environment = {} }) => {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      // A service on the host network must set its own listening address.
      const says = [...command, ...Object.values(environment)].some((value) => value.includes('127.0.0.1'));
      expect(network_mode === 'host' && !says).toBe(false);
    },
  );

  it('opens the ports that `toofan up` looks after, in the profiles that it knows', () => {
    const opened = every.flatMap(([name, { profiles, ports = [] }]) =>
      ports.map((port) => ({ name, profile: profiles?.[0], port: Number(plain(port).split(':')[1]) })),
    );
    const known = openPorts
      .filter(({ service: name }) => services[name]?.network_mode === undefined)
      .map(({ service: name, profile, port }) => ({ name, profile, port }));
    expect(opened).toEqual(known);
    const defaults = new Set([...text.matchAll(/\$\{(\w+_PORT):-(\d+)\}/g)].map(([, name, port]) => `${name} ${port}`));
    const moved = openPorts.flatMap(({ variable, port }) => (variable === undefined ? [] : [`${variable} ${port}`]));
    expect([...defaults].toSorted()).toEqual(moved.toSorted());
    expect([...new Set(every.flatMap(([, { profiles = [] }]) => profiles))]).toEqual([...upProfiles]);
  });

  it('starts without no password, and holds none', () => {
    const uses = [...text.matchAll(/\$\{(\w+_PASSWORD)(.*?)\}/g)];
    expect(new Set(uses.map(([, name]) => name)).size).toBe(3);
    for (const [, , rest] of uses) expect(rest).toBe(':?run npx toofan up, which makes the passwords');
  });

  it('starts the processes of the shop as a drill does', () => {
    const specs = shop.processes({ stack: storesOf(newSettings(root, {})), timeScale: 1, dependencies: {} });
    const wanted = specs.flatMap(({ name, count, command, memoryLimitMiB }) =>
      Array.from({ length: count }, (_, instance) => ({
        service: count === 1 ? name : `${name}-${instance}`,
        command: ['node', ...command.slice(1, -1), relative(root, command.at(-1) ?? '')],
        instance: String(instance),
        limit: `${memoryLimitMiB}m`,
      })),
    );
    expect(wanted.map(({ service: name }) => name)).toEqual(['inventory-worker', 'storefront']);
    const there = wanted.map(({ service: name }) => {
      const { command, environment, mem_limit: limit } = service(name);
      return { service: name, command, instance: environment?.['INSTANCE'], limit };
    });
    expect(there).toEqual(wanted);
  });

  it('gives the shop its stores behind the proxy, and what it calls', () => {
    const settings = newSettings(root, {});
    const stores = storesOf(settings);
    const { environment } = service('storefront');
    expect(environment).toEqual({ ...service('inventory-worker').environment, PORT: '8080' });
    expect(Object.keys(JSON.parse(environment?.['TOOFAN_DEPENDENCIES'] ?? ''))).toEqual(
      shop.dependencies?.map(({ name }) => name),
    );
    expect(environment?.['TOOFAN_DEPENDENCIES']).toContain(`:${service('recommendations').environment?.['PORT']}"`);
    const filledIn = environment?.['TOOFAN_STACK']?.replaceAll(
      /\$\{(\w+):[^}]*\}/g,
      (_, name: string) => settings[name] ?? '',
    );
    const [proxies, main] = [
      parse(read('compose/toxiproxy.json')) as { listen: string; upstream: string }[],
      stores.postgres['main'],
    ];
    expect(JSON.parse(filledIn ?? '')).toEqual({
      kafka: { brokers: ['toxiproxy:9094'] },
      postgres: { main: { ...main, host: 'toxiproxy', port: 5_432 } },
      redis: { ...stores.redis, host: 'toxiproxy', port: 6_379 },
    });
    expect(proxies.map(({ listen, upstream }) => `${listen} ${upstream}`)).toEqual([
      '0.0.0.0:9094 kafka:9094',
      '0.0.0.0:5432 postgres:5432',
      '0.0.0.0:6379 redis:6379',
    ]);
  });

  it('has Prometheus scrape what it scrapes without it, and the shop', () => {
    interface Job {
      job_name: string;
      static_configs?: { targets: string[]; labels: { process: string } }[];
    }
    const [here, there] = ['compose/prometheus.yaml', 'dashboards/prometheus.yaml'].map(
      (path) => parse(read(path)) as { scrape_configs: Job[] },
    );
    const pipeline = here?.scrape_configs.find(({ job_name }) => job_name === 'pipeline');
    const shops = pipeline?.static_configs ?? [];
    delete pipeline?.static_configs;
    expect(here).toEqual(there);
    const processes = openPorts.filter(({ profile, service: name }) => profile === 'shop' && name !== 'toxiproxy');
    expect(shops).toEqual(
      processes.map(({ service: name, port }) => ({
        targets: [`127.0.0.1:${port}`],
        labels: { process: `${name}-0` },
      })),
    );
  });
});
