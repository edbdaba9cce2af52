import { lookUntil, NotYet } from '../eventually.ts';
import { processRows, threadStates } from './process-rows.ts';

/** A thread that waits for a core notices SIGSTOP only at its next turn. */
const noticesWithinMs = 1_000;

/** A process and all its descendants, itself first; empty if it has exited. Rejects if processes cannot be read. */
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
 * SIGSTOP to a whole tree, root first: a stopped Postgres postmaster does not stop its backends, but it starts no new ones.
 * Resolves to the pids.
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

/**
 * Stops a whole tree and resolves once every thread of it stands still: until then it may still answer. Resolves after a second all the
 * same; whoever has to know looks.
 */
export async function freezeTree(root: number): Promise<void> {
  const tree = await stopTree(root);
  const standStill = async () => {
    const states = await Promise.all(tree.map(threadStates));
    return states.flat().every((state) => state === 'T') ? undefined : new NotYet(`${root} still runs`);
  };
  await lookUntil(standStill, { withinMs: noticesWithinMs, everyMs: 5 });
}

/** SIGCONT to a whole tree, root last, and to the root even if nothing else can be read. */
export async function continueTree(root: number): Promise<void> {
  let tree: readonly number[] = [root];
  try {
    tree = await processTree(root);
  } finally {
    signalAll(tree.toReversed(), 'SIGCONT');
  }
}

/** A process that exited meanwhile needs no signal. */
export function signalAll(pids: Iterable<number>, signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It exited meanwhile.
    }
  }
}
