import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeEach, expect, it, vi } from 'vitest';
import { readAborted, remains, remainsAfter } from '../toofan.ts';

const project = resolve(import.meta.dirname, 'project');
const vitest = resolve(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');

interface Ran {
  readonly code: number;
  readonly said: string;
}

interface Running {
  readonly process: ReturnType<typeof spawn>;
  readonly ran: Promise<Ran>;
  /** Resolves once it has said that. */
  hasSaid(text: string): Promise<void>;
}

/** Vitest itself, on files of the project that is tried here. */
function startVitest(...args: readonly string[]): Running {
  const own = Object.entries(process.env).filter(([name]) => !/^VITEST|^TEST$|^NODE_ENV$/.test(name));
  const env = { ...Object.fromEntries(own), NO_COLOR: '1', CI: '1' };
  const child = spawn(process.execPath, [vitest, 'run', '--root', project, '--reporter', 'verbose', ...args], { env });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const ran = once(child, 'close').then(([code]) => ({ code: (code as number | null) ?? -1, said }));
  const hasSaid = async (text: string): Promise<void> => {
    while (!said.includes(text))
      await Promise.race([once(child.stdout, 'data'), ran.then(() => expect(said).toContain(text))]);
  };
  return { process: child, ran, hasSaid };
}

/** Several drills, on a machine that may be busy. */
vi.setConfig({ testTimeout: 400_000 });

const runVitest = (...args: readonly string[]): Promise<Ran> => startVitest(...args).ran;

/** Why each run of the project that has no verdict has none. */
async function abortedRuns(): Promise<string[]> {
  const runs = await readdir(join(project, 'results'));
  const read = await Promise.all(runs.map((run) => readAborted(join(project, 'results', run))));
  return read.flatMap(({ verdict, why }) => (verdict === 'aborted' ? [why] : []));
}

const removeResults = async () => {
  for (const name of ['results', '.vitest-attachments', 'node_modules'])
    await rm(join(project, name), { recursive: true, force: true });
};
beforeEach(removeResults);
afterAll(removeResults);

it('passes on a sound pipeline and fails on a broken one with the orders that show it; nothing is left', async () => {
  const before = await remains();
  const { code, said } = await runVitest('keeps.drill.ts');
  expect({ code, said }).toMatchObject({ code: 1 });
  expect(said).toMatch(/[✓↓] .*the streaming pipeline keeps its promises/);
  expect(said).toMatch(/× .*the batch of 2019 keeps them, too/);
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

it('heals what a killed worker had struck, before the next drill on the same stack', async () => {
  const before = await remains();
  const { code, said } = await runVitest('killed.drill.ts', 'beside-killed.drill.ts');
  expect({ code, said }).toMatchObject({ code: 1 });
  expect(said).toMatch(/Worker exited unexpectedly|Worker forks emitted error/);
  expect(said).toMatch(/[✓↓] .*is drilled on the same stack, healed/);
  expect(said.match(/Stack: local/g)).toHaveLength(1);
  expect(await abortedRuns()).toEqual(['aborted by the test']);
  expect(await remainsAfter(before, 10_000)).toEqual([]);
});

it('heals what a test had struck that ended or timed out, and refuses one that cannot be in time', async () => {
  const { said } = await runVitest('ended.drill.ts');
  expect(said).toMatch(/✓ .*ends while its drill holds a fault/);
  expect(said).toMatch(/Test timed out in 13500ms/);
  expect(said).toMatch(/[✓↓] .*is drilled next, healed/);
  expect(said).toMatch(
    /Error: drill: the load alone takes 10 s, but this test ends after 10 s: set testTimeout: 120_000/,
  );
  expect(said.match(/Stack: local/g)).toHaveLength(1);
  expect(new Set(await abortedRuns())).toEqual(new Set(['aborted by the test']));
});

it('leaves nothing where Vitest itself is killed in the middle of a drill', async () => {
  const before = await remains();
  const running = startVitest('keeps.drill.ts');
  await running.hasSaid('Stack: local');
  running.process.kill('SIGKILL');
  await running.ran;
  expect(await remainsAfter(before, 60_000)).toEqual([]);
  expect(await abortedRuns()).toEqual(['the test run has ended']);
});

it('fails without evidence in its own words, or skips where that is asked for', async () => {
  const { code, said } = await runVitest('thin.drill.ts');
  expect({ code, said }).toMatchObject({ code: 1 });
  expect(said).toMatch(/× .*fails without evidence( \d+ms)?\n/);
  expect(said).toMatch(/× .*fails without evidence, also where it is denied/);
  expect(said).toMatch(/Error: \? decided: inconclusive: /);
  expect(said).toMatch(/↓ .*is skipped without evidence where that is asked for.*\[inconclusive: \? decided/);
});

it('says what is missing where there is no stack, or none can be had', async () => {
  const without = await runVitest('--config', 'without-stack.config.ts', 'keeps.drill.ts');
  expect(without.said).toMatch(/Error: drill: there is no stack: add globalSetup: 'toofan\/vitest\/stack' to `test`/);
  const wrong = await runVitest('--config', 'wrong-stack.config.ts', 'keeps.drill.ts');
  expect(wrong.said).toMatch(
    /Error: toofan did not start \(exit 64\): toofan: --stack external: no addresses; run `npx toofan up`/,
  );
});
