import { open, readFile } from 'node:fs/promises';
import { parseRequest } from './visit-log.ts';
import { processTimes, residentMiB } from '../../../session/proc-files.ts';

/** Reads what was appended to a log since the last call, and counts the requests that should perform an operation. */
export class VisitTail {
  readonly #file: string;
  #offset = 0;
  #rest = '';
  #operations = 0;

  constructor(file: string) {
    this.#file = file;
  }

  async operations(): Promise<number> {
    // k6 creates the file with its first line.
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

/** CPU that a process has used since its start; null if it has exited, or without /proc. */
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
