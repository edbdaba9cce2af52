import { statfs } from 'node:fs/promises';
import { cpus, freemem, tmpdir, totalmem } from 'node:os';
import { faultsThatNeed } from '../faults/registry.ts';
import type { Finding } from '../report/doctor.ts';
import { leastFreeGiB } from '../stack/local/start-local.ts';
import { lackingForVolume } from '../stack/tools/log-volume.ts';

const leastNode = 24;
const comfortableMemoryGiB = 4;
const comfortableCores = 2;
const comfortableFreeGiB = 10;

/** Something that is present and in order. */
export const ok = (name: string, found: string): Finding => ({ name, status: 'ok', found, cost: '', mend: '' });

export function nodeFinding(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= leastNode) return ok('Node', process.versions.node);
  const cost = `running TypeScript sources needs Node ${leastNode}`;
  return { name: 'Node', status: 'missing', found: process.versions.node, cost, mend: 'npm ci && npx toofan doctor' };
}

export function volumeFinding(): Finding {
  const name = 'size-limited volume';
  const lacking = lackingForVolume();
  if (lacking === null) return ok(name, 'root can mount a loop device');
  return {
    name,
    status: 'warning',
    found: '',
    cost: `no faults ${faultsThatNeed('logVolume').join(', ')}`,
    mend: 'sudo -E npx toofan run …',
  };
}

export async function diskFinding(): Promise<Finding> {
  const folder = tmpdir();
  const { bavail, bsize } = await statfs(folder);
  const freeGiB = (bavail * bsize) / 2 ** 30;
  const found = `${freeGiB.toFixed(1)} GiB free in ${folder}`;
  if (freeGiB >= comfortableFreeGiB) return ok('disk', found);
  const cost = freeGiB < leastFreeGiB ? `no local stack below ${leastFreeGiB} GiB` : 'a long drill may fill it';
  return {
    name: 'disk',
    status: freeGiB < leastFreeGiB ? 'missing' : 'warning',
    found,
    cost,
    mend: 'export TMPDIR=<a folder on a larger disk>',
  };
}

export function memoryFinding(): Finding {
  const totalGiB = totalmem() / 2 ** 30;
  const found = `${totalGiB.toFixed(1)} GiB, ${(freemem() / 2 ** 30).toFixed(1)} GiB free`;
  if (totalGiB >= comfortableMemoryGiB) return ok('memory', found);
  return {
    name: 'memory',
    status: 'warning',
    found,
    cost: 'stack, pipeline and generator may not fit at the full rate',
    mend: 'npx toofan run --load-scale 0.2',
  };
}

export function coresFinding(): Finding {
  const cores = cpus().length;
  if (cores >= comfortableCores) return ok('cores', String(cores));
  return {
    name: 'cores',
    status: 'warning',
    found: String(cores),
    cost: 'the generator may fall behind at the full rate',
    mend: 'npx toofan run --load-scale 0.2',
  };
}
