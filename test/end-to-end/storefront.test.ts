/** HTTP shoppers, by k6: what they are told and what is decided make one verdict. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHistory } from '../../harness/history/reader.ts';
import { emptyFolder, readRun, remains, remainsAfter, toofan } from '../toofan.ts';

const smoke = ['run', 'storefront-smoke', '--stack', 'local', '--quiet', '--out'];

describe('the storefront under ten seconds of shoppers', () => {
  it('tells them what the pipeline decided, every planned one of them', async () => {
    await using folder = await emptyFolder();
    const before = await remains();
    const { code, stderr } = await toofan([...smoke, 'out'], folder.path);
    expect(stderr).toBe('');
    const run = await readRun(join(folder.path, 'out'));
    const missed = [...run.invariants, ...run.objectives].filter(({ verdict }) => verdict !== 'pass');
    expect(missed).toEqual([]);
    expect(run.invariants.map(({ name }) => name)).toContain('answers-agree');
    expect({ code, verdict: run.verdict, unsent: run.generator.unsent }).toEqual({
      code: 0,
      verdict: 'pass',
      unsent: 0,
    });

    await using history = await openHistory(join(folder.path, 'out', 'history'));
    const [counted] = await history.rows(`
      SELECT (SELECT count(*) > 1000 FROM answers) AS "manyAnswers",
        (SELECT count(DISTINCT request) FROM requests) >= 5 AS "everyKind",
        (SELECT count(*) FROM requests) > 2 * (SELECT count(*) FROM answers) AS "lookedBeforeTheyBought",
        (SELECT count(*) FROM operations WHERE shard = 0 AND kind = 'order') > 1000 AS "ordersByKafkaToo",
        (SELECT count(*) FROM (SELECT op, attempt FROM operations GROUP BY ALL HAVING count(*) > 1)) AS "sentByBoth"`);
    expect(counted).toEqual({
      manyAnswers: true,
      everyKind: true,
      lookedBeforeTheyBought: true,
      ordersByKafkaToo: true,
      sentByBoth: 0,
    });
    expect(await remainsAfter(before, 10_000)).toEqual([]);
  }, 300_000);
});
