import { readFileSync } from 'node:fs';

/** A kernel file's text; empty if it does not exist or is not readable, or its process has exited. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
