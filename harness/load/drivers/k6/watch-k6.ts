import { open, readFile } from 'node:fs/promises';
import { parseRequest } from './visit-log.ts';

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

/** The kernel counts a process's time in hundredths of a second for whoever reads /proc. */
const microsPerTick = 10_000;

/** What a process has used since its start; null where it has ended, or where there is no /proc. */
export async function usageOf(pid: number): Promise<Usage | null> {
  try {
    const [stat, status] = await Promise.all(
      ['stat', 'status'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8')),
    );
    // The name, in brackets, may hold anything; utime and stime are the 12th and 13th after it.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status ?? '')?.[1];
    if (kib === undefined) return null;
    return {
      cpuMicros: (Number(fields[11]) + Number(fields[12])) * microsPerTick,
      peakMemoryMiB: Math.round(Number(kib) / 1_024),
    };
  } catch {
    return null;
  }
}
