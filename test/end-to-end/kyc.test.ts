import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, readRun, toofan } from '../toofan.ts';
import { nightly } from '../nightly.ts';

describe.skipIf(!nightly)('the surge of KYC', () => {
  it('acquits the pipeline that queues: nobody dropped, no impostor approved, and every rupee counted', async () => {
    await using folder = await emptyFolder();
    const { code, stderr } = await toofan(
      ['run', 'kyc-surge', '--stack', 'local', '--quiet', '--out', 'out'],
      folder.path,
    );
    expect(stderr).toBe('');
    const run = await readRun(join(folder.path, 'out'));
    expect(run.invariants.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(run.objectives.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
    expect(run.verdict).toBe('pass');
    expect(code).toBe(0);
    expect(run.timeScale).toBe(60);
    expect(run.notes.join()).toContain("Load was 60× the scenario's rates");
    // 11,000 arrivals and more, at about ₹8.50 each.
    expect(run.impact['callsPaise']).toBeGreaterThan(70_000_00);
    expect(run.impact['reviewsPaise']).toBeGreaterThan(0);
  }, 300_000);
});
