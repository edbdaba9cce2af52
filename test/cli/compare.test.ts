import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resultsIn, sound } from '../judge/small-results.ts';
import { emptyFolder, toofan } from '../toofan.ts';

const broken = { ...sound, opening: { p: 0 }, invariants: ['no-overpromise', 'no-oversell', 'promise-kept'] };

describe('toofan compare', () => {
  it('prints two runs side by side and writes one page, and nothing into the runs', async () => {
    await using folder = await emptyFolder();
    await resultsIn(join(folder.path, 'a'));
    await resultsIn(join(folder.path, 'b'), broken);
    const { code, stdout } = await toofan(['compare', 'a', 'b'], folder.path);
    expect(code).toBe(0);
    expect(stdout).toMatch(/A {2}[✓?] a: small › small/);
    expect(stdout).toMatch(/B {2}✗ b: small › small: 2 of 3 invariants broken/);
    expect(stdout).toMatch(/no-oversell {5}✓ 0 {2}✗ 1/);
    expect(stdout).toMatch(/scenario\.invariants\[0\] +no-oversell +no-overpromise/);
    const page = join(folder.path, 'results', 'compare-a-b.html');
    expect(stdout).toContain(`Page    ${page}`);
    expect(await readFile(page, 'utf8')).toContain('runs side by side');
    expect(await readdir(join(folder.path, 'b'))).toEqual(['history']);
  });

  it('lays their curves over one another from a phase, on a page of that name', async () => {
    await using folder = await emptyFolder();
    await resultsIn(join(folder.path, 'a'));
    const { code } = await toofan(['compare', 'a', 'a', 'a', '--from', 'steady', '--out', 'x/y.html'], folder.path);
    expect(code).toBe(0);
    expect(await readFile(join(folder.path, 'x/y.html'), 'utf8')).toContain('the start of steady');
  });

  it.each([
    [['a'], 64, 'compare takes at least two runs'],
    [['a', 'a', 'a', 'a', 'a', 'a', 'a'], 64, 'compare takes at most 6 runs, not 7'],
    [['a', 'nowhere'], 64, 'nowhere: no such folder'],
    [['a', '.'], 65, '.: a run of several targets; give one of: a, w'],
    [['a', 'w'], 65, "a is of the domain 'inventory' and w of 'wallet'"],
    [['a', 'a', '--from', 'stedy'], 64, "--from stedy: no phase that all of them have. Did you mean 'steady'?"],
    [['a', 'a', '--out', 'a'], 64, '--out a: cannot be written'],
  ])('refuses %j', async (args, code, says) => {
    await using folder = await emptyFolder();
    await resultsIn(join(folder.path, 'a'));
    await resultsIn(join(folder.path, 'w'), { domain: 'wallet', ops: [{ op: 1, at: 0, answers: [['success', 3]] }] });
    const { stderr, ...ended } = await toofan(['compare', ...args], folder.path);
    expect(stderr).toContain(says);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect((await readdir(folder.path)).toSorted()).toEqual(['a', 'w']);
  });
});
