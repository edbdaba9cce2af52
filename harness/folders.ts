import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The path itself, or its nearest existing ancestor. */
export function nearestFolder(path: string): string {
  for (let at = path; ; at = dirname(at)) if (existsSync(at) || dirname(at) === at) return at;
}

/** Makes the folder; false if it already exists. Not `recursive`, which reports an existing folder as made. */
export async function madeNow(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** One level at a time: if an ancestor prevents creation, `recursive` retries forever (`/proc/x`). */
export async function makeFolders(path: string): Promise<void> {
  const missing: string[] = [];
  for (let at = path; at !== nearestFolder(at); at = dirname(at)) missing.push(at);
  for (const one of missing.toReversed()) await madeNow(one);
}
