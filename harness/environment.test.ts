import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { downloadEnvironment, freeOurClients } from './environment.ts';

const run = promisify(execFile);
const module = new URL('./environment.ts', import.meta.url).href;

describe('our own clients', () => {
  it('hear nothing of Postgres in the environment, and everything else stays', () => {
    const env: Record<string, string | undefined> = {
      PGHOST: 'db.invalid',
      PGSSLMODE: 'require',
      PGOPTIONS: '-c statement_timeout=1',
      PG_OF_MINE: 'x',
      PATH: '/bin',
      pghost: 'kept',
    };
    freeOurClients(env);
    expect(env).toEqual({
      PATH: '/bin',
      pghost: 'kept',
      no_proxy: 'localhost,127.0.0.1,[::1]',
      NO_PROXY: 'localhost,127.0.0.1,[::1]',
    });
  });

  it('ask nothing on this machine through a proxy; whom the user excepts stays excepted', () => {
    const env: Record<string, string | undefined> = {
      HTTP_PROXY: 'http://proxy:3128',
      NO_PROXY: 'a.example, localhost',
    };
    freeOurClients(env);
    expect(env).toEqual({
      HTTP_PROXY: 'http://proxy:3128',
      NO_PROXY: 'a.example,localhost,127.0.0.1,[::1]',
      no_proxy: 'a.example,localhost,127.0.0.1,[::1]',
    });
  });

  it.each([
    { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: 'http://127.0.0.1:9' },
    { NODE_OPTIONS: '--use-env-proxy', http_proxy: 'http://127.0.0.1:9', no_proxy: 'a.example' },
  ])('reach a server on loopback under %o', async (env) => {
    const script = `
      import http from 'node:http';
      import { freeOurClients } from ${JSON.stringify(module)};
      freeOurClients();
      const server = http.createServer((_, answer) => answer.end('ok')).listen(0, '127.0.0.1', async () => {
        const url = 'http://127.0.0.1:' + server.address().port;
        console.log((await fetch(url)).status);
        http.get(url, ({ statusCode }) => { console.log(statusCode); process.exit(); });
      });`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      env: { PATH: process.env.PATH, ...env },
    });
    expect(stdout).toBe('200\n200\n');
  });

  it('import `pg` whatever NODE_PG_FORCE_NATIVE says', async () => {
    const script = `await import(${JSON.stringify(module)}); const { default: pg } = await import('pg'); console.log(typeof pg.Client);`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], {
      cwd: import.meta.dirname,
      env: { PATH: process.env.PATH, NODE_PG_FORCE_NATIVE: '1' },
    });
    expect(stdout).toBe('function\n');
  });
});

it('who downloads for us gets the network of the user, and nothing else', () => {
  const network = {
    GOPROXY: 'https://go.example',
    GOPRIVATE: 'example.com',
    GONOSUMDB: 'example.com',
    HTTPS_PROXY: 'http://proxy:3128',
    no_proxy: 'a.example',
    SSL_CERT_FILE: '/etc/ca.pem',
    SSL_CERT_DIR: '/etc/ca',
    MAVEN_OPTS: '-Dx=y',
    JAVA_HOME: '/usr/java',
  };
  const other = {
    GOOS: 'windows',
    GOARCH: 'arm',
    GOBIN: '/bin',
    PGPASSWORD: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    GONE: 'x',
  };
  expect(downloadEnvironment({ ...network, ...other, GOINSECURE: undefined })).toEqual(network);
});
