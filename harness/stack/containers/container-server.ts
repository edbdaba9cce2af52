import { unavailable } from '../../errors.ts';
import { askEngine, type ContainerEngine, type EngineAnswer } from '../../session/container-engine.ts';
import { untilAnswers } from '../answers.ts';
import { logExcerpt } from '../log-excerpt.ts';
import type { StackPart } from '../stack.ts';
import { eventually, NotYet } from '../../eventually.ts';

const readyWithinMs = 90_000;
const stopWithinSeconds = 30;
const engineWithinMs = 60_000;
const goneWithinMs = 15_000;
const pollMs = 20;
const shownLogLines = 80;
const searchedLogLines = 5_000;

/** A store in a container that already exists; it is controlled through the engine's own API. */
export class ContainerServer implements StackPart {
  readonly name: string;
  readonly #engine: ContainerEngine;
  readonly #container: string;
  readonly #ask: () => Promise<unknown>;

  /** `ask` makes one attempt to get an answer from the server. */
  constructor(name: string, engine: ContainerEngine, container: string, ask: () => Promise<unknown>) {
    this.name = name;
    this.#engine = engine;
    this.#container = container;
    this.#ask = ask;
  }

  async start(): Promise<void> {
    await this.#command('start');
    try {
      await untilAnswers(this.#ask, readyWithinMs, async () => {
        const { running, exitCode } = await this.#state();
        if (!running) throw new Error(`it ended with exit code ${exitCode}`);
      });
    } catch (error) {
      const what = `${this.name} did not start in its container: ${(error as Error).message}`;
      throw unavailable(`${what}; from its log:\n${logExcerpt(await this.#lastLines(searchedLogLines))}`, error);
    }
  }

  async stop(): Promise<void> {
    await this.thaw();
    await this.#command(`stop?t=${stopWithinSeconds}`);
  }

  async kill(): Promise<void> {
    await this.thaw(); // An engine refuses to kill what is paused.
    if (!(await this.#state()).running) return;
    await this.#command('kill');
    const isGone = async () =>
      (await this.#state()).running
        ? new NotYet(`${this.name} still runs ${goneWithinMs} ms after SIGKILL`)
        : undefined;
    await eventually(isGone, { withinMs: goneWithinMs, everyMs: pollMs });
  }

  async freeze(): Promise<void> {
    const { running, paused } = await this.#state();
    if (running && !paused) await this.#command('pause');
  }

  async thaw(): Promise<void> {
    if ((await this.#state()).paused) await this.#command('unpause');
  }

  logs(): Promise<string> {
    return this.#lastLines(shownLogLines);
  }

  async #lastLines(most: number): Promise<string> {
    const { status, bytes } = await this.#engineAnswer('GET', `logs?stdout=1&stderr=1&tail=${most}`);
    return status === 200 ? withoutFrames(bytes) : '';
  }

  async #state(): Promise<{ running: boolean; paused: boolean; exitCode: number }> {
    const { status, body } = await this.#engineAnswer('GET', 'json');
    if (status !== 200) throw new Error(`the container of ${this.name} is gone (the engine answers ${status})`);
    const { State } = body as { State: { Running: boolean; Paused: boolean; ExitCode: number } };
    return { running: State.Running, paused: State.Paused, exitCode: State.ExitCode };
  }

  async #command(command: string): Promise<void> {
    const { status, body } = await this.#engineAnswer('POST', command);
    // 304: already so.
    if (status >= 300 && status !== 304) {
      const reason = (body as { message?: string }).message ?? `status ${status}`;
      throw unavailable(`${this.name}: the container engine refuses to ${command.split('?')[0]} it: ${reason}`);
    }
  }

  #engineAnswer(method: 'GET' | 'POST', command: string): Promise<EngineAnswer> {
    return askEngine(this.#engine, method, `/containers/${this.#container}/${command}`, engineWithinMs);
  }
}

/** The engine sends a log in frames: one byte for the stream, three of padding, four for the length, and the text. */
function withoutFrames(bytes: Buffer): string {
  const texts: string[] = [];
  for (let at = 0; at + 8 <= bytes.length;) {
    const length = bytes.readUInt32BE(at + 4);
    texts.push(bytes.toString('utf8', at + 8, at + 8 + length));
    at += 8 + length;
  }
  return texts.join('');
}
