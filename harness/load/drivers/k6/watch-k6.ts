import { open, readFile } from 'node:fs/promises';
import { parseRequest } from './visit-log.ts';
import { processTimes, residentMiB } from '../../../session/proc-files.ts';

/** Reads what was added to a log since it was last asked, and counts the requests that were to do something. */
export class VisitTail {
  readonly #file: string;
  #offset = 0;
  #rest = '';
  #operations = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async operations(): Promise<number> {
    // k6 makes the file with its first line.
    const log = await open(this.#file).catch(() => undefined);
    if (log === undefined) return 0;
    try {
      const { size } = await log.stat();
      const { buffer, bytesRead } = await log.read({
        buffer: Buffer.alloc(size - this.#offset),
        position: this.#offset,
      });
      this.#offset += bytesRead;
      const lines = (this.#rest + buffer.toString('utf8', 0, bytesRead)).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) if (parseRequest(line)?.op != null) this.#operations += 1;
      return this.#operations;
    } finally {
      await log.close();
    }
  }
}

export interface Usage {
  readonly cpuMicros: number;
  readonly peakMemoryMiB: number;
}

/** What a process has used since its start; null where it has ended, or where there is no /proc. */
export async function usageOf(pid: number): Promise<Usage | null> {
  try {
    const [stat, status] = await Promise.all(
      ['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
    );
    const cpuMs = processTimes(stat ?? '')?.usedMs;
    const memoryMiB = residentMiB(status ?? '', 'highest');
    if (cpuMs === undefined || memoryMiB === null) return null;
    return { cpuMicros: cpuMs * 1_000, peakMemoryMiB: Math.round(memoryMiB) };
  } catch {
    return null;
  }
}
