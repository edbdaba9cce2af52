import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resultsIn, sound } from '../judge/small-results.ts';
import { emptyFolder, toofan } from '../toofan.ts';

/** A small drill of the shop, twenty seconds including its stack. */
const small = [
  '--stack',
  'local',
  '--quiet',
  '--load-scale',
  '0.15',
  '--set',
  'load[2].hold=3s',
  '--set',
  'load[0].for=1s',
];

/** What a stranger types first, including typos; RESULTS stands for the folder of the first drill. */
const firstCommands: readonly (readonly [args: readonly string[], codes: readonly number[], says: RegExp])[] = [
  [[], [64], /npx toofan run smoke/],
  [['--help'], [0], /npx toofan doctor/],
  [['doctor'], [0, 69], /^ {2}(This machine can run a drill\.|This machine cannot run a drill yet)/],
  [['list'], [0], /smoke +10 s · up to 4,000 orders\/s · on inventory\/streaming/],
  [['run', 'smok'], [64], /Did you mean 'smoke'\?/],
  [['run', 'smoke', '--target', 'streamng'], [64], /Did you mean 'streaming'\?/],
  [
    ['run', 'smoke', '--target', 'streaming', ...small],
    [0, 12],
    /smoke › inventory\/streaming · exit (0|12) · [\d.]+ s\n$/,
  ],
  [['judge', 'RESULTS'], [0, 12], /smoke › inventory\/streaming · exit (0|12) · /],
  [['judge', 'result'], [64], /no such folder/],
  [['mutants', '--only', 'nope'], [64], /nope/],
];

/** Nothing is cut, and no typo is reported as our own bug. */
const expectClear = (said: string) => expect(said).not.toMatch(/…|our own bug|\n\s+at /);

describe('the first ten commands of a stranger', () => {
  let folder: Awaited<ReturnType<typeof emptyFolder>>;
  beforeAll(async () => {
    folder = await emptyFolder();
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it.each(firstCommands)('toofan %j gives one of %j', async (args, codes, says) => {
    const results = join('results', (await readdir(join(folder.path, 'results')).catch(() => ['none']))[0] ?? '');
    const { code, stdout, stderr } = await toofan(
      args.map((arg) => (arg === 'RESULTS' ? results : arg)),
      folder.path,
    );
    const said = stdout + stderr;
    expect(said).toMatch(says);
    expect(codes).toContain(code);
    expectClear(said);
  });
});

/** What comes next, in a project folder with two runs: words in the wrong place, the parent folder, a shell's completion. */
const nextCommands: readonly (readonly [args: readonly string[], code: number, says: RegExp])[] = [
  [['help', 'run'], 0, /Usage: toofan run /],
  [['run', '--help'], 0, /Usage: toofan run /],
  [['-v'], 0, /^\d+\.\d+\.\d+\n$/],
  [['--version'], 0, /^\d+\.\d+\.\d+\n$/],
  [['version'], 64, /npx toofan --version/],
  [['smoke'], 64, /smoke is a scenario: npx toofan run smoke\n/],
  [['smoke', 'run'], 64, /smoke is a scenario: npx toofan run smoke\n/],
  [['inventory/streaming'], 64, /is a target: npx toofan run SCENARIO --target inventory\/streaming\n/],
  [['run', 'Smoke'], 64, /Did you mean 'smoke'\?/],
  [['run', 'SMOKE'], 64, /Did you mean 'smoke'\?/],
  [['run', 'smoke.ts'], 64, /Did you mean 'smoke'\?/],
  [['run', 'scenarios/smoke.ts'], 64, /Did you mean 'smoke'\?/],
  [['run', ''], 64, /unknown scenario ''\. Known: /],
  [['run', 'inventory/streaming'], 64, /It is a target: npx toofan run SCENARIO --target inventory\/streaming\n/],
  [['run', 'kyc-surge', 'kyc/pipeline'], 64, /Expected 1 argument but got 2[^]*toofan run --help/],
  [
    ['run', 'smoke', '--target', 'inventory/streaming,inventory/legacy-batch'],
    64,
    /--target inventory\/streaming --target inventory\/legacy-batch\n/,
  ],
  [['run', 'smoke', '--stack', 'docker'], 64, /Allowed choices are auto, containers, local, external/],
  [['judge'], 64, /missing required argument 'folder'[^]*toofan judge --help/],
  [
    ['judge', 'results'],
    65,
    /results: not a run, but holds 2 runs; .*: npx toofan judge (results\/one|'results\/two words')\n/,
  ],
  [['judge', 'results/'], 65, /results\/: not a run, but holds 2 runs; /],
  [['judge', 'results/one/'], 0, / · exit 0 · /],
  [['judge', 'results/one/history/'], 0, / · exit 0 · /],
  [['judge', 'results/one/report.html'], 64, /a file; give the folder of its run, results\/one\n/],
  [['report'], 64, /npx toofan judge FOLDER/],
  [['list', 'smoke'], 64, /too many arguments for 'list'[^]*toofan list --help/],
];

describe('what a stranger types next', () => {
  let folder: Awaited<ReturnType<typeof emptyFolder>>;
  beforeAll(async () => {
    folder = await emptyFolder();
    await resultsIn(join(folder.path, 'results', 'one'));
    await resultsIn(join(folder.path, 'results', 'two words'), { ...sound, drill: { run: 'two' } });
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it.each(nextCommands)('toofan %j gives %j', async (args, code, says) => {
    const finished = await toofan(args, folder.path);
    const said = finished.stdout + finished.stderr;
    expect(said).toMatch(says);
    expect(finished.code).toBe(code);
    expectClear(said);
  });
});
