import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { aHistory, type SmallHistory } from './a-history.ts';

/** One order, confirmed from nine that were there. */
export const sound: SmallHistory = {
  opening: { p: 9 },
  invariants: ['no-oversell', 'promise-kept'],
  ops: [{ op: 1, at: 0, answers: [['confirmed', 5]] }],
};

/** The results of a small drill, not yet judged: its history in `<folder>/history`. */
export async function resultsIn(folder: string, small = sound): Promise<void> {
  const history = await aHistory(small);
  await mkdir(folder, { recursive: true });
  await cp(history, join(folder, 'history'), { recursive: true });
  await rm(history, { recursive: true });
}
