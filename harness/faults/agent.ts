/**
 * Runs inside a process under test; Node loads it before the process's own code (`--import`), so the pipeline needs no change.
 * Obeys the file named by `TOOFAN_AGENT_FILE`; without it, does nothing.
 */
import { readFileSync } from 'node:fs';

/** This module, for `--import`. */
export const agentModule = new URL(import.meta.url);

/** What the file says. */
export interface AgentOrders {
  /** Leaks memory on top of earlier leaks, until the process hits its heap limit. */
  readonly leakMibPerSecond: number;
}

const lookEveryMs = 100;

function obey(file: string): void {
  const kept: unknown[] = [];
  let last = performance.now();
  let owed = 0;
  const look = setInterval(() => {
    const now = performance.now();
    const passed = now - last;
    last = now;
    const orders = read(file);
    if (orders === undefined) {
      kept.length = 0;
      owed = 0;
      return;
    }
    owed += (orders.leakMibPerSecond * 1024 * 1024 * passed) / 1000;
    // Numbers in a plain array are on the heap, where its limit counts them; those of a typed array are not.
    for (; owed >= bytesApiece; owed -= bytesApiece)
      kept.push(Array.from({ length: bytesApiece / 8 }, (_, index) => index + 0.5));
  }, lookEveryMs);
  look.unref();
}

const bytesApiece = 64 * 1024;

function read(file: string): AgentOrders | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as AgentOrders;
  } catch {
    return undefined; // Not there, or half written: nothing is ordered.
  }
}

const file = process.env['TOOFAN_AGENT_FILE'];
// When the harness imports this module, it only wants its location.
if (file !== undefined && process.env['NODE_OPTIONS']?.includes(import.meta.url) === true) obey(file);
