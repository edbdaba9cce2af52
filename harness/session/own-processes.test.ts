import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { living } from './process-rows.ts';

const modules = ['own-processes.ts', 'process-rows.ts', 'signal-tree.ts'].map(
  (name) => new URL(name, import.meta.url).href,
);
const few = 64;
const many = 150;

/** Runs `script` with the three modules as `own`, few file descriptors, and many children that carry the mark `id`. */
function withFewFiles(id: string, script: string): string {
  const children = `for i in $(seq ${many}); do TOOFAN_SESSION=${id} sleep 60 & done`;
  const shell = `${children}; ulimit -n ${few}; exec "$0" --input-type=module -e "$1"`;
  const all = `Object.assign({}, ...(await Promise.all(${JSON.stringify(modules)}.map((one) => import(one)))))`;
  const code = `const own = ${all}; const mark = '${id}'; ${script}`;
  const { stdout, stderr } = spawnSync('sh', ['-c', shell, process.execPath, code], {
    encoding: 'utf8',
    timeout: 15_000,
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout;
}

const killAll = "for (const pid of await own.ownProcesses(mark, '/nonexistent', [])) process.kill(pid, 'SIGKILL');";

it.skipIf(process.platform !== 'linux')(
  'finds every process with fewer file descriptors than there are processes',
  () => {
    const script = `const found = (await own.ownProcesses(mark, '/nonexistent', [])).length; ${killAll} console.log(found);`;
    expect(withFewFiles('aaaaaaaaaaa1', script)).toBe(`${many}\n`);
  },
);

it.skipIf(process.platform !== 'linux')('takes none for ended that it could not look at, and says why', () => {
  const script = `
    import { closeSync, openSync } from 'node:fs';
    import { spawn } from 'node:child_process'; const child = spawn('sleep', ['60'], { stdio: 'ignore', env: { ...process.env, TOOFAN_SESSION: mark } }); const taken = [];
    try { for (;;) taken.push(openSync('/dev/null')); } catch {}
    const said = async (look) => look().then((seen) => JSON.stringify(seen), ({ code }) => code);
    const all = [
      await said(() => own.living([process.pid])),
      await said(() => own.ownProcesses(mark, '/nonexistent', [])),
      await said(() => own.stopTree(child.pid)),
    ];
    taken.forEach((file) => closeSync(file));
    ${killAll}
    console.log(all.join(' '));`;
  expect(withFewFiles('aaaaaaaaaaa2', script)).toBe('EMFILE EMFILE EMFILE\n');
});

it('knows who lives of those it is asked about', async () => {
  const ended = spawn('true');
  await once(ended, 'exit');
  expect(await living([process.pid, ended.pid ?? 0])).toEqual([process.pid]);
});
