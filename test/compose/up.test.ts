/**
 * `toofan up` and `toofan down` with real containers, from the images that test/containers/build-images.sh builds if the public
 * ones are unavailable. Counted as skipped, with the reason, without compose or an engine.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askEngine } from '../../harness/session/container-engine.ts';
import { composeFile, findCompose, projectLabel } from '../../harness/stack/containers/compose.ts';
import { askKafka, askPostgres, askRedis } from '../../harness/stack/answers.ts';
import { findEngine } from '../../harness/stack/containers/find-engine.ts';
import { presentImages } from '../../harness/stack/containers/images.ts';
import { freePorts } from '../../harness/stack/ports.ts';
import {
  openPorts,
  projectOf,
  readUpFile,
  storesOf,
  upFile,
  upProfiles,
  urlOf,
  type UpSettings,
} from '../../harness/stack/containers/up-file.ts';
import { emptyFolder, readRun, toofan } from '../toofan.ts';
import { nightly } from '../nightly.ts';
import { containerConfig } from '../stack/needs.ts';

const run = promisify(execFile);
const [compose, engine, config] = await Promise.all([findCompose(), findEngine(), containerConfig()]);
const prometheusImage = 'toofan-test/prometheus';
const hasPrometheus = engine.state === 'answers' && (await presentImages(engine.engine, [prometheusImage])).size > 0;

/** Other ports than the defaults, which may be in use. */
async function otherPorts(): Promise<Record<string, string>> {
  const variables = openPorts.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
  const ports = await freePorts(variables.length);
  return Object.fromEntries(variables.map((variable, index) => [variable, String(ports[index])]));
}

const nothing = { containers: [], networks: [], volumes: [] };

/** The engine's contents that belong to a folder's stack, by name. */
async function made(folder: string): Promise<{ containers: string[]; networks: string[]; volumes: string[] }> {
  if (engine.state !== 'answers') throw new Error(engine.why);
  const filters = encodeURIComponent(JSON.stringify({ label: [projectLabel(projectOf(folder))] }));
  const list = async (path: string) =>
    (await askEngine(engine.engine, 'GET', `${path}filters=${filters}`, 10_000)).body;
  const containers = (await list('/containers/json?all=1&')) as { Names: string[] }[];
  const networks = (await list('/networks?')) as { Name: string }[];
  const { Volumes } = (await list('/volumes?')) as { Volumes: { Name: string }[] | null };
  return {
    containers: containers.map(({ Names }) => Names.join()),
    networks: networks.map(({ Name }) => Name),
    volumes: (Volumes ?? []).map(({ Name }) => Name),
  };
}

async function settingsOf(folder: string): Promise<UpSettings> {
  const settings = await readUpFile(folder);
  if (settings === undefined) throw new Error('nothing is up');
  return settings;
}

const check = (profile: string, env: Record<string, string>) => {
  const [program, ...own] = compose?.command ?? ['docker-compose'];
  return run(program, [...own, '--file', composeFile, 'config', '--quiet'], {
    env: { ...process.env, COMPOSE_PROFILES: profile, ...env },
  });
};

describe.skipIf(compose === undefined)('docker-compose.yml (needs docker-compose)', () => {
  const passwords = { TOOFAN_POSTGRES_PASSWORD: 'a', TOOFAN_REDIS_PASSWORD: 'b', TOOFAN_GRAFANA_PASSWORD: 'c' };

  it.each(['', ...upProfiles, upProfiles.join(',')])('is accepted with the profiles "%s"', async (profiles) => {
    await expect(check(profiles, passwords)).resolves.toMatchObject({ stdout: '' });
  });

  it.each(Object.keys(passwords))('is refused without %s', async (name) => {
    await expect(check('', { ...passwords, [name]: '' })).rejects.toThrow('run npx toofan up');
  });
});

describe('toofan up', () => {
  it('says what to install where there is no compose, and where there is no engine', async () => {
    await using folder = await emptyFolder();
    await mkdir(join(folder.path, 'bin'));
    const withoutCompose = await toofan(['up'], folder.path, { PATH: join(folder.path, 'bin') });
    expect(withoutCompose).toMatchObject({ code: 69, stdout: '' });
    expect(withoutCompose.stderr).toMatch(/^toofan: Docker Compose is not installed\. Install it: .*docker-compose/);
    await writeFile(join(folder.path, 'bin/docker'), '#!/bin/sh\necho 2.40.3\n', { mode: 0o755 });
    const env = { PATH: `${join(folder.path, 'bin')}:/bin`, DOCKER_HOST: 'unix:///nonexistent/docker.sock' };
    for (const command of ['up', 'down']) {
      const withoutEngine = await toofan([command], folder.path, env);
      expect(withoutEngine).toMatchObject({ code: 69, stdout: '' });
      expect(withoutEngine.stderr).toMatch(/^toofan: no Docker engine at unix:\/\/\/nonexistent.*Install Docker: /);
    }
  });
});

describe.skipIf(compose === undefined || config === undefined)(
  'a stack that is up (needs docker-compose, and images)',
  () => {
    let folder: Awaited<ReturnType<typeof emptyFolder>>;
    let ports: Record<string, string>;
    beforeAll(async () => {
      folder = await emptyFolder();
      ports = await otherPorts();
      const text = `export default { images: ${JSON.stringify(config?.images ?? {})} };\n`;
      await writeFile(join(folder.path, 'toofan.config.ts'), text);
    });
    afterAll(async () => {
      await toofan(['down'], folder.path);
      await folder[Symbol.asyncDispose]();
    });

    it('is not begun on a port that is taken', async () => {
      const server = createServer().listen(Number(ports['TOOFAN_REDIS_PORT']), '127.0.0.1');
      await once(server, 'listening');
      try {
        const { code, stderr } = await toofan(['up'], folder.path, ports);
        expect(code).toBe(69);
        expect(stderr).toMatch(
          /^toofan: port \d+ of redis is in use: stop what listens there, or put TOOFAN_REDIS_PORT=\d+ before the command\n$/,
        );
        expect(await made(folder.path)).toEqual(nothing);
      } finally {
        server.close();
      }
    });

    it('answers where it says, and leaves nothing', async () => {
      expect(await toofan(['up'], folder.path, ports)).toMatchObject({ code: 0 });
      const { kafka, postgres, redis } = storesOf(await settingsOf(folder.path));
      await askKafka(kafka);
      expect(await Promise.all(Object.values(postgres).map(askPostgres))).toHaveLength(1);
      expect(redis === undefined ? null : await askRedis(redis)).toMatch(/^\d+\./);
      expect(await toofan(['down'], folder.path)).toMatchObject({ code: 0 });
      expect(await made(folder.path)).toEqual(nothing);
      expect(await readUpFile(folder.path)).toBeUndefined();
    });

    it.skipIf(!nightly)(
      'is found by a drill, keeps what it is told to keep, and leaves nothing',
      async () => {
        const up = await toofan(['up'], folder.path, ports);
        expect(up).toMatchObject({ code: 0 });
        expect(up.stdout).toContain(`Kafka       127.0.0.1:${ports['TOOFAN_KAFKA_PORT']}\n`);
        expect(up.stdout).toContain('npx toofan run smoke --stack external\n');
        const settings = await settingsOf(folder.path);
        const passwords = Object.entries(settings).flatMap(([name, value]) =>
          name.endsWith('_PASSWORD') ? [value] : [],
        );
        expect(passwords.filter((password) => (up.stdout + up.stderr).includes(password))).toEqual([]);
        expect((await made(folder.path)).containers).toHaveLength(3);

        const metrics = hasPrometheus ? await prometheusToo(settings) : undefined;
        const drill = ['run', 'smoke', '--stack', 'external', '--load-scale', '0.2', '--quiet', '--out', 'results'];
        const ran = await toofan([...drill, ...(metrics === undefined ? [] : ['--metrics'])], folder.path);
        expect(ran).toMatchObject({ code: 0, stderr: '' });
        expect(await readRun(join(folder.path, 'results'))).toMatchObject({
          verdict: 'pass',
          stack: 'external',
        });
        const drilled = await metrics?.('max_over_time(toofan_drill_info[5m])');
        expect(drilled).toEqual(hasPrometheus ? ['inventory/streaming'] : undefined);

        expect(await toofan(['down', '--keep'], folder.path)).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^Removed \d containers and kept their data/),
        });
        const volumes = ['kafka', 'postgres', 'redis'].map((name) => `${settings.COMPOSE_PROJECT_NAME}_${name}`);
        expect(await made(folder.path)).toEqual({ ...nothing, volumes: expect.arrayContaining(volumes) });
        expect(await toofan(['up'], folder.path)).toMatchObject({ code: 0, stdout: up.stdout });
        expect(await readFile(join(folder.path, upFile), 'utf8')).toContain(settings['TOOFAN_REDIS_PASSWORD'] ?? '-');

        expect(await toofan(['down'], folder.path)).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^Removed \d+ containers, networks and volumes\./),
        });
        expect(await made(folder.path)).toEqual(nothing);
        expect(await readUpFile(folder.path)).toBeUndefined();
        expect(await toofan(['down'], folder.path)).toMatchObject({
          code: 0,
          stdout: expect.stringMatching(/^Nothing to remove/),
        });
        const { code, stderr } = await toofan(['run', 'smoke', '--stack', 'external', '--out', 'again'], folder.path);
        expect(code).toBe(64);
        expect(stderr).toContain('`npx toofan up`');
      },
      150_000,
    );
  },
);

describe.skipIf(!nightly || compose === undefined || config === undefined)(
  'a shop (nightly; needs docker-compose and Go)',
  () => {
    it('is open, sells through the proxy, and is not drilled', async () => {
      await run(join(import.meta.dirname, '../containers/build-images.sh'), ['shop']);
      await using folder = await emptyFolder();
      await writeFile(
        join(folder.path, 'toofan.config.ts'),
        `export default { images: ${JSON.stringify(config?.images ?? {})} };\n`,
      );
      const images = {
        TOOFAN_SIMULATORS_IMAGE: 'toofan-test/simulators',
        TOOFAN_TOXIPROXY_IMAGE: 'toofan-test/toxiproxy',
      };
      try {
        expect(await toofan(['up', '--shop'], folder.path, { ...(await otherPorts()), ...images })).toMatchObject({
          code: 0,
        });
        const settings = await settingsOf(folder.path);
        const order = async (op: number): Promise<[status: number, body: unknown]> => {
          const answer = await fetch(`${urlOf(settings, 'storefront')}orders`, {
            method: 'POST',
            headers: { 'idempotency-key': String(op), 'content-type': 'application/json' },
            body: JSON.stringify({ product: 'product-00001', quantity: 1 }),
          });
          return [answer.status, await answer.json()];
        };
        const proxy = (enabled: boolean) =>
          fetch(`${urlOf(settings, 'toxiproxy')}proxies/postgres:main`, {
            method: 'POST',
            body: JSON.stringify({ enabled }),
          });
        expect(await order(1)).toEqual([200, expect.objectContaining({ answer: 'confirmed' })]);
        await proxy(false);
        expect(await order(2)).toEqual([202, expect.anything()]);
        await proxy(true);
        await expect
          .poll(() => order(2), { timeout: 30_000 })
          .toEqual([200, expect.objectContaining({ answer: 'confirmed' })]);

        const { code, stderr } = await toofan(['run', 'smoke', '--stack', 'external'], folder.path);
        expect(code).toBe(64);
        expect(stderr).toContain('the shop of `toofan up --shop` works on these stores');
      } finally {
        expect(await toofan(['down'], folder.path)).toMatchObject({ code: 0 });
      }
      expect(await made(folder.path)).toEqual(nothing);
    }, 400_000);
  },
);

/** Starts Prometheus next to the stores and asks it for the targets in a query's series. Grafana is unavailable here. */
async function prometheusToo(
  settings: Readonly<Record<string, string>>,
): Promise<(query: string) => Promise<string[]>> {
  const [program, ...own] = compose?.command ?? ['docker-compose'];
  await run(program, [...own, '--file', composeFile, 'up', '--detach', 'prometheus'], {
    cwd: resolve(composeFile, '..'),
    env: {
      ...process.env,
      ...settings,
      COMPOSE_PROFILES: 'observe',
      TOOFAN_PROMETHEUS_IMAGE: prometheusImage,
    },
  });
  return async (query) => {
    const url = `http://127.0.0.1:${settings['TOOFAN_PROMETHEUS_PORT']}/api/v1/query?query=${encodeURIComponent(query)}`;
    const { data } = (await (await fetch(url)).json()) as { data: { result: { metric: { target: string } }[] } };
    return data.result.map(({ metric }) => metric.target);
  };
}
