/**
 * Runs inside a process under test, loaded by Node before the process's own code (`--import`), so that the pipeline stays
 * as it is. Obeys the file that `TOOFAN_AGENT_FILE` names; while there is none it does nothing.
 */
import { readFileSync } from 'node:fs';

/** This module, for `--import`. */
export const agentModule = new URL(import.meta.url);

/** What the file says. */
export interface AgentOrders {
  /** Memory to keep for ever, on top of what was kept before, until the heap's limit ends the process. */
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
    // Numbers of an array that is no typed one lie on the heap itself, where its limit counts them.
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
// Where the harness itself imports this module it is only told where the module lies.
if (file !== undefined && process.env['NODE_OPTIONS']?.includes(import.meta.url) === true) obey(file);
