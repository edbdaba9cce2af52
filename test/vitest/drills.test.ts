import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { remains, remainsAfter } from '../toofan.ts';

const project = resolve(import.meta.dirname, 'project');
const vitest = resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');

interface Ran {
  readonly code: number;
  readonly said: string;
}

/** Vitest itself, on files of the project that is tried here. */
function runVitest(...args: readonly string[]): Promise<Ran> {
  const own = Object.entries(process.env).filter(([name]) => !/^VITEST|^TEST$|^NODE_ENV$/.test(name));
  const env = { ...Object.fromEntries(own), NO_COLOR: '1', CI: '1' };
  return new Promise((done) => {
    execFile(process.execPath, [vitest, 'run', '--root', project, ...args], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code ?? 1), said: stdout + stderr });
    });
  });
}

afterAll(async () => {
  for (const name of ['results', '.vitest-attachments', 'node_modules'])
    await rm(join(project, name), { recursive: true, force: true });
});

it('passes on a sound pipeline and fails on a broken one with the orders that show it; nothing is left', async () => {
  const before = await remains();
  const { code, said } = await runVitest('keeps.drill.ts');
  expect({ code, said }).toMatchObject({ code: 1 });
  expect(said).toMatch(/✓ the streaming pipeline keeps its promises/);
  expect(said).toMatch(/× the batch of 2019 keeps them, too/);
  expect(said).toMatch(/Error: ✗ no-oversell: \d+ violations\nAt the end no more units are sold than were available/);
  expect(said).toMatch(/product-\d+ at \+\d+\.\d s, \w+: \d+ units sold, \d+ available/);
  expect(said).toMatch(
    / {2}order \d+ +product-\d+ +\+\d+\.\d s, \w+ +\d units? +confirmed +\+\d+\.\d s, \w+ +-[\d,]+ units/,
  );
  expect(said).toMatch(
    /Explain {2}npx toofan explain \S+ product-\d+\nReport {3}\S+report\.html\nRepeat {3}npx vitest run keeps\.drill\.ts/,
  );
  expect(said.match(/Stack: local/g), 'one stack for both').toHaveLength(1);
  expect(await remainsAfter(before, 10_000)).toEqual([]);
});
