import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { UserError } from '../errors.ts';
import { ExitCode } from '../exit-code.ts';
import { explained } from '../failure.ts';
import type { StackKind } from '../stack/stack.ts';
import { compileLoad } from '../load/load-curve.ts';
import { consentOf } from './consent.ts';
import { drillRequested, planRequested } from './requested-drill.ts';
import type { Surroundings } from './run.ts';
import type { DrillReply, DrillRequest, ServedAt } from './served-drill.ts';
import { StackForAll } from './stack-for-all.ts';

export interface ServeOptions {
  readonly stack: 'auto' | StackKind;
  readonly emptyTheseStores: readonly string[];
}

/**
 * Drills what others ask for, one after another, on one stack, until the standard input closes: whoever started this has ended.
 * The first line of the standard output says where it listens (`ServedAt`), every other one what is going on with the stack.
 */
export async function serveDrills(options: ServeOptions, around: Surroundings): Promise<ExitCode> {
  const consent = consentOf(options, around.registry.config);
  const note = (line: string) => void around.stdout.write(`${line}\n`);
  const over = new AbortController();
  const signal = AbortSignal.any([around.signal, over.signal]);
  await using stack = new StackForAll({
    kind: options.stack,
    registry: around.registry,
    signal,
    onNote: note,
    consent,
  });
  const drills = new Served({ ...around, signal }, stack);
  const token = randomBytes(16).toString('hex');
  const server = createServer((socket) => void drills.serve(socket, token));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  note(JSON.stringify({ port: (server.address() as AddressInfo).port, token } satisfies ServedAt));
  await ended(around.signal);
  over.abort(new UserError(ExitCode.interrupted, 'the test run has ended'));
  await drills.settled();
  await closed(server);
  return ExitCode.pass;
}

/** Resolves once nobody can want anything more. */
async function ended(signal: AbortSignal): Promise<void> {
  process.stdin.resume();
  await Promise.race([once(process.stdin, 'close', { signal }), once(process.stdin, 'end', { signal })]).catch(
    () => undefined,
  );
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

/** Drills that are asked for, in the order of the asking. */
class Served {
  readonly #around: Surroundings;
  readonly #stack: StackForAll;
  #last: Promise<void> = Promise.resolve();

  constructor(around: Surroundings, stack: StackForAll) {
    this.#around = around;
    this.#stack = stack;
  }

  async settled(): Promise<void> {
    await this.#last;
  }

  async serve(socket: Socket, token: string): Promise<void> {
    const gone = new AbortController();
    socket.on('error', () => undefined);
    socket.once('close', () => gone.abort(new UserError(ExitCode.interrupted, 'aborted by the test')));
    const lines = createInterface({ input: socket });
    const [line] = (await once(lines, 'line', { signal: gone.signal }).catch(() => [])) as string[];
    const request = line === undefined ? undefined : parsed(line);
    if (request?.token !== token) return void socket.destroy();
    const reply = (one: DrillReply) => void socket.write(`${JSON.stringify(one)}\n`);
    const turn = this.#last.then(() =>
      this.#drill(request, AbortSignal.any([gone.signal, this.#around.signal]), reply),
    );
    this.#last = turn;
    await turn;
    socket.end();
  }

  async #drill(request: DrillRequest, signal: AbortSignal, reply: (one: DrillReply) => void): Promise<void> {
    try {
      signal.throwIfAborted();
      const plan = await planRequested(request, this.#around);
      const { load, loadScale } = plan.scenario;
      reply({ type: 'planned', loadMs: compileLoad(load, loadScale ?? 1).durationMs });
      reply({ type: 'judged', drill: await drillRequested(plan, this.#stack, { ...this.#around, signal }) });
    } catch (error) {
      const failure = signal.aborted ? signal.reason : explained(error);
      const isBug = failure instanceof Error && !(failure instanceof UserError);
      const message = failure instanceof Error ? failure.message : String(failure);
      reply({ type: 'failed', message: isBug ? `a bug in Toofan, please report it: ${failure.stack}` : message });
    }
  }
}

function parsed(line: string): DrillRequest | undefined {
  try {
    return JSON.parse(line) as DrillRequest;
  } catch {
    return undefined;
  }
}
