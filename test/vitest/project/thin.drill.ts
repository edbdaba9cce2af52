import { beforeAll, expect, it } from 'vitest';
import { drill, type DrillRun } from 'toofan/vitest';
import { brief } from './a-frozen-database.ts';

/** So few orders show nothing of a share of 99.9 %. */
const few = { ...brief, loadScale: 0.01 };
let run: DrillRun;
beforeAll(async () => {
  run = await drill('smoke', { ...few, inconclusive: 'fail' });
});

it('fails without evidence', () => {
  expect(run).toMeet('decided');
});
it('fails without evidence, also where it is denied', () => {
  expect(run).not.toMeet('decided');
});
it('is skipped without evidence where that is asked for', async () => {
  expect(await drill('smoke', few)).toMeet('decided');
});
