import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const withinMs = 3_000;

/**
 * The git commit checked out in `folder`, with `-dirty` appended if tracked files were changed. Undefined if there is none or git
 * does not answer in time: outside a repository, before its first commit, without git.
 */
export async function commitOf(folder: string): Promise<string | undefined> {
  // An annotated tag would otherwise stand in for the commit.
  const asked = ['describe', '--always', '--abbrev=64', '--exclude=*', '--dirty'];
  // Reading changes nothing, not even git's own index.
  const env = { ...process.env, GIT_OPTIONAL_LOCKS: '0' };
  try {
    const { stdout } = await promisify(execFile)('git', asked, {
      cwd: folder,
      env,
      timeout: withinMs,
      killSignal: 'SIGKILL',
    });
    return /^(?:[0-9a-f]{40}|[0-9a-f]{64})(?:-dirty)?$/.exec(stdout.trim())?.[0];
  } catch {
    return undefined;
  }
}
