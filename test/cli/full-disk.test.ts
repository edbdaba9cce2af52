import { execFileSync } from 'node:child_process';
import { chmod, mkdir, open, readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { requireDisks } from '../../harness/drill/full-disk.ts';
import { nightly } from '../nightly.ts';
import { emptyFolder, readAborted, startToofan } from '../toofan.ts';

/** A disk of its own, removed at the end; null if this user may not mount one. */
async function smallDisk(sizeMiB: number) {
  const folder = await emptyFolder();
  const disk = join(folder.path, 'disk');
  await mkdir(disk);
  // Postgres runs as another user than root.
  await chmod(folder.path, 0o755);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=1777`, 'tmpfs', disk]);
  return {
    path: disk,
    fill: async () => {
      await using file = await open(join(disk, 'filler'), 'w');
      const { bavail, bsize } = await statfs(disk);
      const piece = Buffer.alloc(1024 * 1024);
      for (let written = 0; written <= bavail * bsize; written += piece.length)
        if ((await file.write(piece).catch(() => null)) === null) break;
    },
    [Symbol.asyncDispose]: async () => {
      execFileSync('umount', ['-l', disk]);
      await folder[Symbol.asyncDispose]();
    },
  };
}

const mayMount = process.getuid?.() === 0 && process.platform === 'linux';
const drill = ['run', 'smoke', '--stack', 'local', '--load-scale', '0.15', '--set', 'load[2].hold=20s'];

describe.skipIf(!mayMount)('a disk that fills', () => {
  it('is told from one that does not', async () => {
    await using disk = await smallDisk(8);
    await expect(requireDisks([disk.path, '/nowhere'], new Error('x'))).resolves.toBeUndefined();
    await disk.fill();
    await expect(requireDisks(['/nowhere', disk.path], new Error('kafka went away'))).rejects.toMatchObject({
      exitCode: 69,
      message: expect.stringContaining(`the disk of ${disk.path} is full (kafka went away)`) as string,
    });
  });

  it.skipIf(!nightly).each(['TMPDIR', '--out'])(
    'in the surge, that of %s: it is named, and what there is stays',
    async (whose) => {
      await using disk = await smallDisk(4_000);
      await using folder = await emptyFolder();
      const [out, env] =
        whose === '--out' ? [join(disk.path, 'out'), {}] : [join(folder.path, 'out'), { TMPDIR: disk.path }];
      const running = startToofan([...drill, '--out', out], folder.path, env);
      await running.printed('surge');
      await disk.fill();
      const { code, stderr, stdout } = await running.finished;
      expect(stderr).toMatch(/^toofan: (the disk of \S+ is full|a disk is full)/);
      expect(stderr).not.toMatch(/our own bug/);
      expect(code).toBe(69);
      expect(stdout).toContain(`Kept in ${out}`);
      expect(await readAborted(out)).toMatchObject({ verdict: 'aborted' });
      // The full disk has no room for anything new.
      const parts = (await readdir(join(out, 'history'))).filter((name) => name.endsWith('.parquet'));
      expect(parts.length > 0).toBe(whose === 'TMPDIR');
    },
  );
});
