import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyFolder, toofan } from '../toofan.ts';

/** A small drill of the shop, a third of a minute with its stack. */
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

/** What a stranger types first, slips among it; RESULTS stands for the folder of the first drill. */
const firstCommands: readonly (readonly [args: readonly string[], codes: readonly number[], says: RegExp])[] = [
  [[], [64], /npx toofan run smoke/],
  [['--help'], [0], /npx toofan doctor/],
  [['doctor'], [0, 69], /^ {2}(A drill can run on this machine\.|No drill can run on this machine yet)/],
  [['list'], [0], /smoke +10 s · up to 4,000 orders\/s · on inventory\/streaming/],
  [['run', 'smok'], [64], /Did you mean 'smoke'\?/],
  [['run', 'smoke', '--target', 'streamng'], [64], /Did you mean 'streaming'\?/],
  [
    ['run', 'smoke', '--target', 'streaming', ...small],
    [0, 12],
    /smoke › inventory\/streaming · exit (0|12) · [\d.]+ s\n$/,
  ],
  [['judge', 'RESULTS'], [0, 12], /smoke › inventory\/streaming · exit (0|12) · /],
  [['judge', 'result'], [64], /there is no such folder/],
  [['mutants', '--only', 'nope'], [64], /nope/],
];

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
    // Nothing is cut, and no slip is our own bug.
    expect(said).not.toMatch(/…|our own bug/);
  });
});
