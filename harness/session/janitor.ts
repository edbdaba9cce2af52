/**
 * Outlives a killed harness and ends what its session left. Started by `startSession` as `node janitor.ts <id> <folder>`; reads
 * JSON messages, one per line, from its standard input, and cleans up if that closes without `released`. Always exits: right
 * after `released`, else within `boundMs` of the close.
 */
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { clean } from './clean.ts';
import { type JanitorMessage, remainsOf } from './remains-of.ts';
import { runUndo, type UndoCommand } from './undo.ts';

const boundMs = 60_000;
/** A process between fork and exec, or a container being created, when the harness died shows up within this. */
const quietMs = 500;

const [id = '', folder = ''] = process.argv.slice(2);
if (!/^[0-9a-f]{12}$/.test(id) || !basename(folder).includes(id)) {
  throw new Error(`usage: janitor <id> <folder named after the id>; got ${id} ${folder}`);
}

// The harness handles Ctrl-C and a closing terminal; this process is there for what comes after.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGPIPE'] as const) process.on(signal, () => undefined);

const told: JanitorMessage[] = [];
const leases = new Map<string, readonly UndoCommand[]>();
let released = false;

/** Undoes a lease when its time is over, whatever the harness is doing. */
function expire(lease: string): void {
  const undo = leases.get(lease);
  // If that fails, it is retried when the harness has ended.
  if (undo !== undefined)
    runUndo(undo).then(
      () => leases.delete(lease),
      () => undefined,
    );
}

process.stdout.on('error', () => undefined);
process.stdout.write('ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line) as JanitorMessage;
  told.push(message);
  if ('lease' in message) {
    leases.set(message.lease, message.undo);
    setTimeout(expire, message.ttlMs, message.lease).unref();
  }
  if ('leaseEnded' in message) leases.delete(message.leaseEnded);
  if ('released' in message) released = true;
}
if (!released) {
  setTimeout(() => process.exit(1), boundMs).unref();
  const undo = [...leases.values()].toReversed().flat();
  await clean({ ...remainsOf(id, folder, told), undo }, quietMs);
}
process.exit(0);
