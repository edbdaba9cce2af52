import { processRows } from './process-rows.ts';

/** A process and all that descend from it, itself first; empty where it has ended. Rejects where nobody could look. */
async function processTree(root: number): Promise<number[]> {
  const rows = await processRows();
  if (!rows.some(({ pid }) => pid === root)) return [];
  const tree = new Set([root]);
  for (let before = 0; before !== tree.size;) {
    before = tree.size;
    for (const row of rows) if (tree.has(row.parent)) tree.add(row.pid);
  }
  return [...tree];
}

/**
 * SIGSTOP to a whole tree, the root first: a stopped Postgres postmaster does not stop its backends, but it makes no new
 * ones. Resolves to the pids.
 */
export async function stopTree(root: number): Promise<number[]> {
  let tree: number[] = [];
  for (let before = -1; before !== tree.length;) {
    before = tree.length;
    signalAll([root, ...tree], 'SIGSTOP');
    tree = await processTree(root);
  }
  return tree;
}

/** SIGCONT to a whole tree, the root last, and to the root whatever else can be seen. */
export async function continueTree(root: number): Promise<void> {
  let tree: readonly number[] = [root];
  try {
    tree = await processTree(root);
  } finally {
    signalAll(tree.toReversed(), 'SIGCONT');
  }
}

/** One that has ended meanwhile needs no signal. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended meanwhile.
    }
  }
}
