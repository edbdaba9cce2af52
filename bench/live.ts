/**
 * Whether a reader of the live page slows a drill down: the rate of big-billion-day-2021 (25,000 orders/s), with its surge held
 * for 15 s, alternately without a page and with a plain client that reads its events. Prints a row of a Markdown table: what,
 * figure, goal. Usage: node bench/live.ts [turns]
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { RunJson } from '../harness/report/run-shape.ts';

const cli = resolve(import.meta.dirname, '../harness/cli.ts');
const turns = Number(process.argv[2] ?? 1);
const scenario = 'big-billion-day-2021';
const holdSeconds = 15;
const goalMs = 10;

/** Reads an event stream to its end and returns how many samples of the drill it contained. */
async function follow(page: string): Promise<number> {
  const [response] = (await once(get(`${page}events`), 'response')) as [IncomingMessage];
  let samples = 0;
  let rest = '';
  for await (const chunk of response.setEncoding('utf8')) {
    const lines = `${rest}${String(chunk)}`.split('\n');
    rest = lines.pop() ?? '';
    samples += lines.filter((line) => line === 'event: sample').length;
  }
  return samples;
}

interface Measured {
  readonly run: RunJson;
  /** Samples sent to a client; none without a page. */
  readonly samples: number;
}

async function drill(followed: boolean, seed: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'toofan-bench-'));
  const out = join(folder, 'out');
  const args = [cli, 'run', scenario, '--stack', 'local', '--seed', String(seed), '--out', out];
  const shorter = ['--set', `load[2].hold=${holdSeconds}s`];
  const child = spawn(process.execPath, [...args, ...shorter, ...(followed ? ['--live'] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 600_000,
  });
  try {
    const closed = once(child, 'close');
    let printed = '';
    let following: Promise<number> | undefined;
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      printed += String(chunk);
      const page = /^Live page: (\S+)$/m.exec(printed)?.[1];
      if (page !== undefined) following ??= follow(page);
    }
    await closed;
    const samples = (await following) ?? 0;
    if (followed && samples < holdSeconds) throw new Error(`the client was told ${samples} samples:\n${printed}`);
    return { run: JSON.parse(await readFile(join(out, 'run.json'), 'utf8')) as RunJson, samples };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const measured: Measured[] = [];
// The order alternates, so that going first is no advantage.
for (let turn = 0; turn < turns; turn++)
  for (const followed of turn % 2 === 0 ? [false, true] : [true, false]) measured.push(await drill(followed, turn + 1));

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
function figures(followed: boolean): { readonly text: string; readonly p99Ms: number } {
  const runs = measured.filter(({ samples }) => samples > 0 === followed).map(({ run }) => run);
  const errors = runs.map(({ generator }) => generator.sendErrorP99Ms ?? Number.NaN);
  const surges = runs.map(({ phases }) => phases.find(({ name }) => name === 'surge')?.p99Ms ?? Number.NaN);
  const unsent = Math.max(...runs.map(({ generator }) => generator.unsent ?? Number.NaN));
  const each = errors.map((error) => error.toFixed(1)).join(', ');
  return {
    text: `send error p99 ${each} ms, unsent ${unsent}, decided within p99 ${median(surges).toFixed(0)} ms`,
    p99Ms: median(errors),
  };
}

const [without, withClient] = [figures(false), figures(true)];
const more = withClient.p99Ms - without.p99Ms;
const told = median(measured.filter(({ samples }) => samples > 0).map(({ samples }) => samples));
const cells = [
  `\`${scenario}\`, its surge held ${holdSeconds} s: the live page and a plain client of its events, ${turns} ${turns === 1 ? 'turn' : 'turns'}`,
  `without: ${without.text}; with, ${told} samples told: ${withClient.text}; ${more.toFixed(1)} ms more`,
  `send error p99 ≤ ${goalMs} ms with it, nothing unsent`,
];
process.stdout.write(`| ${cells.join(' | ')} |\n`);
