import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onPath } from '../../harness/stack/tools/on-path.ts';
import { eventually, NotYet } from '../../harness/eventually.ts';

const folder = resolve(import.meta.dirname, '../../dashboards');
export const rulesFile = join(folder, 'generated/rules.yaml');
export const configFile = join(folder, 'prometheus.yaml');

/** The programs of Debian's package; undefined if they are not on PATH. */
export const [promtool, prometheus] = await Promise.all(['promtool', 'prometheus'].map(onPath));
export const missing = 'no Prometheus found: install Debian\'s package "prometheus", or its programs on PATH';

/** One series of a range; values as they come, NaN among them. */
interface Found {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

export interface Scraping extends AsyncDisposable {
  /** Every second of a range, epoch seconds; rejects with Prometheus's own message if it is no query. */
  range(query: string, from: number, to: number): Promise<Found[]>;
}

const readyWithinMs = 20_000;

/** A Prometheus with the committed configuration, for the harness on `harnessPort`; its data is removed with it. */
export async function startPrometheus(program: string, port: number, harnessPort: number): Promise<Scraping> {
  const own = await mkdtemp(join(tmpdir(), 'toofan-prometheus-'));
  const config = (await readFile(configFile, 'utf8'))
    .replaceAll(':9464', `:${harnessPort}`)
    .replace('generated/rules.yaml', rulesFile);
  await writeFile(join(own, 'prometheus.yaml'), config);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    program,
    [
      `--config.file=${join(own, 'prometheus.yaml')}`,
      `--storage.tsdb.path=${join(own, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  child.stderr.on('data', (text: Buffer) => (said += text.toString()));
  const ended = once(child, 'close');
  const end = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(own, { recursive: true, force: true });
  };
  const look = async () => {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.status === 200) return undefined;
    if (child.exitCode !== null) throw new Error(`Prometheus has ended: ${said}`);
    return new NotYet(`Prometheus was not ready within ${readyWithinMs} ms: ${said}`);
  };
  await eventually(look, { withinMs: readyWithinMs, everyMs: 100 }).catch(async (error: unknown) => {
    await end();
    throw error;
  });
  return {
    range: async (query, from, to) => {
      const asked = new URLSearchParams({ query, start: String(from), end: String(to), step: '1' });
      const answer = await fetch(`${url}/api/v1/query_range?${asked.toString()}`);
      const body = (await answer.json()) as { status: string; error?: string; data?: { result: Found[] } };
      if (body.data === undefined) throw new Error(`${query}: ${body.error}`);
      return body.data.result;
    },
    [Symbol.asyncDispose]: end,
  };
}
