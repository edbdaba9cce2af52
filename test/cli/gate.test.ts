import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Measures, sideRun } from '../../harness/gate/fixtures/side-runs.ts';
import { codeBlocks } from '../docs/code-blocks.ts';
import { emptyFolder, remains, remainsAfter, startToofan, toofan } from '../toofan.ts';

/**
 * Stands in for each side's own Toofan, whose contract with a gate is `run … --out` and the `run.json` in it: no drill takes part in
 * what is tried here. It writes down what it was asked for, and answers with the `measured.json` of its own folder.
 */
const standIn = `
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
const after = (name) => process.argv[process.argv.indexOf(name) + 1];
const { side, code = 0, says = '', run } = JSON.parse(readFileSync('measured.json', 'utf8'));
appendFileSync(process.env.GATE_LOG, side + after('--seed') + ' ');
if (code === 'waits') {
  process.on('SIGINT', () => process.exit(130));
  setInterval(() => {}, 1_000);
} else {
  if (says !== '') process.stderr.write(says);
  mkdirSync(after('--out') + '/history', { recursive: true });
  writeFileSync(after('--out') + '/run.json', JSON.stringify({ ...run, seed: Number(after('--seed')) }));
  process.exitCode = code;
}
`;

interface Answer {
  readonly side: string;
  readonly measures?: Measures;
  readonly code?: number | 'waits';
  readonly says?: string;
}

async function writeSide(folder: string, { measures = {}, ...answer }: Answer): Promise<void> {
  await mkdir(join(folder, 'harness'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "name": "toofan", "type": "module" }\n');
  await writeFile(join(folder, 'harness/toofan.js'), standIn);
  await writeFile(join(folder, 'measured.json'), JSON.stringify({ ...answer, run: sideRun(measures) }));
}

const git = (folder: string, ...args: readonly string[]): string =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], {
    encoding: 'utf8',
  });

/** A repository whose tag `before` is the base, and whose folder is head. */
async function repository(path: string, base: Answer, head: Answer): Promise<string> {
  const folder = join(path, 'repo');
  await writeSide(folder, base);
  git(folder, 'init', '--quiet');
  await writeFile(join(folder, '.gitignore'), 'node_modules\nout\nlog\n');
  git(folder, 'add', '.');
  git(folder, 'commit', '--quiet', '-m', 'before');
  git(folder, 'tag', 'before');
  await mkdir(join(folder, 'node_modules'));
  await writeSide(folder, head);
  return folder;
}

const usual = ['gate', 'smoke', '--pairs', '3', '--out', 'out'];
const gate = (folder: string, args: readonly string[] = [], env: Record<string, string> = {}) =>
  toofan([...usual, ...args], folder, { GATE_LOG: join(folder, 'log'), GITHUB_ACTIONS: '', ...env });
const asked = async (folder: string) => (await readFile(join(folder, 'log'), 'utf8').catch(() => '')).trim();
const worktrees = (folder: string) => git(folder, 'worktree', 'list').trim().split('\n').length;

describe('toofan gate', () => {
  it('drills base and head in turns, each by its own Toofan, and leaves nothing of the checkout', async () => {
    await using temporary = await emptyFolder();
    const folder = await repository(temporary.path, { side: 'b' }, { side: 'h' });
    const before = await remains();
    const { code, stdout } = await gate(folder, ['--base', 'before']);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/^ ✓ NOT WORSE {2}3 of 3 pairs · exit 0 · /);
    expect([code, await asked(folder), worktrees(folder)]).toEqual([0, 'b1 h1 h2 b2 b3 h3', 1]);
    expect(await remainsAfter(before, 10_000)).toEqual([]);
    const files = await readdir(join(folder, 'out'));
    const reports = ['code-quality.json', 'gate.html', 'gate.json', 'junit.xml', 'summary.md'];
    expect(files).toEqual(expect.arrayContaining([...reports, 'pair-1-base', 'pair-3-head']));
    // What broke nothing keeps its figures, not its history.
    expect(await readdir(join(folder, 'out', 'pair-1-base'))).toEqual(['run.json']);
  });

  it('finds more CPU worse, says so to GitHub, and in every report', async () => {
    await using temporary = await emptyFolder();
    const slower = { pipelineCpu: 140 * 1.2 };
    const folder = await repository(temporary.path, { side: 'b' }, { side: 'h', measures: slower });
    const summary = join(temporary.path, 'step-summary.md');
    const { code, stdout } = await gate(folder, ['--base', 'before'], {
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(code).toBe(10);
    expect(stdout).toContain(
      '::error title=inventory/streaming%3A pipeline-cpu::at least 20 %25 worse; the margin is 5 %25\n',
    );
    expect(await readFile(summary, 'utf8')).toMatch(/^### ✗ worse: smoke › inventory\/streaming/);
    const text = async (name: string) => readFile(join(folder, 'out', name), 'utf8');
    expect(JSON.parse(await text('code-quality.json'))).toMatchObject([
      { check_name: 'toofan-gate/pipeline-cpu', severity: 'critical', location: { lines: { begin: 1 } } },
    ]);
    expect(await text('junit.xml')).toMatch(/name="pipeline-cpu" time="0"><failure/);
    expect(JSON.parse(await text('gate.json'))).toMatchObject({
      schema: 1,
      base: { name: 'before', commit: git(folder, 'rev-parse', 'before').trim() },
      comparison: { verdict: 'worse', exitCode: 10, pairs: 3 },
    });
  });

  it('ends at once where head breaks what base keeps', async () => {
    await using temporary = await emptyFolder();
    const broken = { side: 'h', measures: { failed: ['no-oversell'] }, code: 11 } as const;
    const folder = await repository(temporary.path, { side: 'b' }, broken);
    const { code, stdout } = await gate(folder, ['--base', 'before']);
    expect([code, await asked(folder)]).toEqual([11, 'b1 h1']);
    expect(stdout).toContain('no-oversell is broken at head and kept at base');
    expect(existsSync(join(folder, 'out', 'pair-1-head', 'history'))).toBe(true);
  });

  it('takes a folder for a base as it is', async () => {
    await using temporary = await emptyFolder();
    await writeSide(join(temporary.path, 'before'), { side: 'b' });
    await writeSide(join(temporary.path, 'now'), { side: 'h' });
    const { code } = await gate(join(temporary.path, 'now'), ['--base', '../before', '--quiet']);
    expect([code, await asked(join(temporary.path, 'now'))]).toEqual([0, 'b1 h1 h2 b2 b3 h3']);
  });

  it('calibrates on this folder alone', async () => {
    await using temporary = await emptyFolder();
    await writeSide(temporary.path, { side: 'h' });
    const { code, stdout } = await gate(temporary.path, ['--calibrate']);
    expect([code, await asked(temporary.path)]).toEqual([0, 'h1 h1 h2 h2 h3 h3']);
    expect(stdout).toMatch(/pipeline-cpu +0 % +0 %/);
  });

  it('keeps what was measured where it is interrupted, and takes the checkout away', async () => {
    await using temporary = await emptyFolder();
    const folder = await repository(temporary.path, { side: 'b' }, { side: 'h', code: 'waits' });
    const before = await remains();
    const running = startToofan([...usual, '--base', 'before'], folder, { GATE_LOG: join(folder, 'log') });
    await running.printed('pair 1 of 3, base');
    running.process.kill('SIGINT');
    const { code, stdout, stderr } = await running.finished;
    expect([code, worktrees(folder)]).toEqual([130, 1]);
    expect(stderr).toMatch(/interrupted/);
    expect(stdout).toContain('Ended early: interrupted');
    expect(await readdir(join(folder, 'out'))).toEqual(expect.arrayContaining(['gate.json', 'pair-1-base']));
    expect(await remainsAfter(before, 10_000)).toEqual([]);
  });

  it('passes on why a side has no verdict', async () => {
    await using temporary = await emptyFolder();
    const away = { side: 'h', code: 69, says: 'toofan: Redis is not installed\n' };
    const folder = await repository(temporary.path, { side: 'b' }, away);
    const { code, stderr } = await gate(folder, ['--base', 'before']);
    expect([code, stderr.trim()]).toEqual([
      69,
      'toofan: the drill of head has no verdict (exit 69): Redis is not installed',
    ]);
    expect(worktrees(folder)).toBe(1);
  });
});

/** What follows `npx toofan` in the one step that gates, with the base that the server would fill in. */
const gating = (lines: readonly string[]): string[] => {
  const line = lines.find((one) => one.startsWith('npx toofan gate ')) ?? '';
  const filled = line.replace(/origin\/\$\{\{ github\.base_ref \}\}|\$CI_MERGE_REQUEST_DIFF_BASE_SHA/, 'before');
  return filled.split(' ').slice(2);
};

describe('the recipes of the guide', () => {
  const page = resolve(import.meta.dirname, '../../docs/guides/gate.md');
  const recipe = (file: string): unknown => parse(codeBlocks(page).find((block) => block.file === file)?.text ?? '');
  it.each([
    ['.github/workflows/gate.yml', (yaml: Recipe) => yaml.jobs.gate.steps.flatMap((step) => step.run ?? [])],
    ['.gitlab-ci.yml', (yaml: Recipe) => yaml.gate.script],
  ])('%s: its own step gates, and what it hands over is there', async (file, linesOf) => {
    const yaml = recipe(file);
    await using temporary = await emptyFolder();
    const folder = await repository(temporary.path, { side: 'b' }, { side: 'h' });
    const { code, stderr } = await toofan(gating(linesOf(yaml as Recipe)), folder, { GATE_LOG: join(folder, 'log') });
    expect([code, stderr]).toEqual([0, '']);
    const handedOver = [...JSON.stringify(yaml).matchAll(/results\/gate\/[\w.-]+/g)].map(([path]) => path);
    const missing = ['results/gate', ...handedOver].filter((path) => !existsSync(join(folder, path)));
    expect(missing).toEqual([]);
  });
});

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly steps: readonly { readonly run?: string; readonly env?: Readonly<Record<string, string>> }[];
  };
}

it('the action’s own step gates, with its defaults and with what it is given', async () => {
  const action = parse(await readFile(resolve(import.meta.dirname, '../../action.yml'), 'utf8')) as Action;
  const [step] = action.runs.steps;
  const given: Readonly<Record<string, string>> = {
    base: 'before',
    pairs: '3',
    margin: '10% pipeline-cpu=40%',
    target: 'inventory/streaming',
  };
  // As the server fills them in; the base of a pull request is the one expression that is more than an input.
  const env = Object.entries(step?.env ?? {}).map(([name, expression]) => {
    const input = /inputs\.(\w+)/.exec(expression)?.[1] ?? '';
    return [name, given[input] ?? action.inputs[input]?.default ?? ''];
  });
  await using temporary = await emptyFolder();
  const slower = { pipelineCpu: 140 * 1.2 };
  const folder = await repository(temporary.path, { side: 'b' }, { side: 'h', measures: slower });
  const bin = join(folder, 'node_modules/.bin/toofan');
  await mkdir(join(folder, 'node_modules/.bin'));
  const program = resolve(import.meta.dirname, '../../harness/toofan.js');
  await writeFile(bin, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  const said = execFileSync('bash', ['-e', '-c', step?.run ?? ''], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, ...Object.fromEntries(env), GATE_LOG: join(folder, 'log'), GITHUB_ACTIONS: '' },
  });
  // 20 % more CPU is within the 40 % that it was given.
  expect(said).toContain('NOT WORSE');
  expect(existsSync(join(folder, 'results/gate/gate.json'))).toBe(true);
});

/** Of either recipe, what is read here. */
interface Recipe {
  readonly jobs: { readonly gate: { readonly steps: readonly { readonly run?: string }[] } };
  readonly gate: { readonly script: readonly string[] };
}

it.each([
  [[], 64, '--base is missing: give what to compare with, such as --base origin/main, or --calibrate'],
  [['--base', 'nowhere'], 64, '--base nowhere: neither a git ref nor a folder'],
  [['--base', 'empty'], 65, '--base empty: the folder is empty; give a checkout'],
  [['--base', 'empty', '--margin', '0'], 64, '--margin 0: must be above 0 % and at most 1000 %, such as 10%'],
  [['--base', 'empty', '--margin', 'p9=30%'], 64, "unknown metric 'p9'. Did you mean 'p99'?"],
  [['--base', 'empty', '--pairs', '1'], 64, 'So few show no noise: give at least 3.'],
  [['--base', 'empty', '--calibrate'], 64, '--calibrate compares this folder with itself; leave --base out'],
  [['--base', 'empty', '--target', 'inventory/stream'], 64, "Did you mean 'inventory/streaming'?"],
])('refuses %j with %i in one line, and leaves nothing', async (args, expected, line) => {
  await using folder = await emptyFolder();
  await mkdir(join(folder.path, 'empty'));
  const { code, stderr } = await toofan(['gate', 'smoke', ...args], folder.path);
  expect([code, stderr.split('\n').filter((one) => one.includes(line)).length]).toEqual([expected, 1]);
  expect(await readdir(folder.path)).toEqual(['empty']);
});
