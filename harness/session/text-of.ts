import { readFileSync } from 'node:fs';

/** A file of the kernel's own; empty where there is none, or none that may be read, or its process has ended. */
export function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
