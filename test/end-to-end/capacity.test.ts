import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type CapacityJson, capacityShape } from '../../harness/capacity/capacity-shape.ts';
import { schemaProblems } from '../../harness/schema-problems.ts';
import { emptyFolder, remains, remainsAfter, startToofan, toofan } from '../toofan.ts';

/** Two rates, each held for two seconds, judged by what needs no more evidence than that. */
const small = [
  ...'capacity smoke --stack local --from 300 --to 400 --width 100% --confirm 1 --hold 2s --set'.split(' '),
  'objectives=[{"type":"drained","within":"20s"}]',
];

async function readCapacity(folder: string): Promise<CapacityJson> {
  const found: unknown = JSON.parse(await readFile(join(folder, 'capacity.json'), 'utf8'));
  expect(schemaProblems(capacityShape, found)).toEqual([]);
  return found as CapacityJson;
}

it('keeps what was measured when it is interrupted, and goes on from there', async () => {
  await using folder = await emptyFolder();
  const before = await remains();
  const running = startToofan(small, folder.path);
  await running.printed('300/s');
  running.process.kill('SIGINT');
  const stopped = await running.finished;
  expect(stopped.code, `said: ${stopped.stderr}`).toBe(130);
  const resume = /npx toofan (capacity --resume (\S+))/.exec(stopped.stdout);
  const kept = join(folder.path, resume?.[2] ?? 'nothing');
  expect((await readCapacity(kept)).holds.map(({ perSecond }) => perSecond)).toEqual([300]);
  expect(await remainsAfter(before, 10_000)).toEqual([]);

  const { code, stdout, stderr } = await toofan((resume?.[1] ?? '').split(' '), folder.path);
  expect(stderr).toBe('');
  const { kind, exitCode } = await readCapacity(kept);
  expect(code).toBe(exitCode);
  // Others may take the machine; that is no number, and no failure of the search.
  expect([0, 12], `said: ${stdout}`).toContain(code);
  expect(['held-to-end', 'at-least', 'nothing']).toContain(kind);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/ holds · exit (0|12) · /);
  expect(await remainsAfter(before, 10_000)).toEqual([]);
});
