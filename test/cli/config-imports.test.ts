import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, toofan } from '../toofan.ts';

const config = `import { defineConfig, defineScenario, warmUp } from 'toofan';
import { zipf } from 'toofan/domains/inventory';
import { workerCrash } from 'toofan/faults';
import { drained } from 'toofan/objectives';

if (workerCrash({ downFor: '1s' }).type !== 'worker-crash') throw new Error('another toofan');
const ours = defineScenario({
  name: 'ours',
  summary: 'Of this folder.',
  domain: 'inventory',
  target: 'inventory/streaming',
  timeScale: 450,
  world: { products: 100, popularity: zipf(1.07), flashDeals: 5, stock: { coversDemand: 0.6 } },
  load: [warmUp({ perSecond: 100, for: '1s' })],
  mix: {},
  faults: [],
  objectives: [drained({ within: '10s' })],
  invariants: 'all',
  drainDeadline: '20s',
  sources: [],
});
export default defineConfig({ scenarios: [ours] });
`;

describe('toofan.config.ts imports the toofan that runs', () => {
  it('in a folder where none is installed', async () => {
    await using folder = await emptyFolder();
    await writeFile(join(folder.path, 'toofan.config.ts'), config);
    expect(await toofan(['list'], folder.path)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('  ours '),
    });
  });

  it('and no other that is installed there', async () => {
    await using folder = await emptyFolder();
    const installed = join(folder.path, 'node_modules/toofan');
    await mkdir(installed, { recursive: true });
    await writeFile(
      join(installed, 'package.json'),
      '{ "name": "toofan", "type": "module", "exports": { "./*": "./index.js", ".": "./index.js" } }',
    );
    await writeFile(join(installed, 'index.js'), "throw new Error('another toofan');");
    await writeFile(join(folder.path, 'toofan.config.ts'), config);
    const { code, stdout, stderr } = await toofan(['list'], folder.path);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('  ours ');
  });
});
