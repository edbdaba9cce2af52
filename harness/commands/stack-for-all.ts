import type { PlannedDrill } from '../drill/drill-plan.ts';
import { unlessAborted } from '../interruption.ts';
import { calibrate } from '../observe/machine/calibrate.ts';
import type { Registry } from '../registry.ts';
import type { Calibration } from '../scenario/scenario.ts';
import type { StackKind, StackNeeds } from '../stack/stack.ts';
import { findJava } from '../stack/tools/on-path.ts';
import type { Consent } from '../stack/external/their-stores.ts';
import { startStack } from '../stack/start-stack.ts';
import { needsOf } from '../target/target.ts';
import { DrillStack } from './drill-stack.ts';
import { unionOfNeeds } from './plan-drills.ts';

type Wanted = Pick<PlannedDrill, 'scenario' | 'target'>;

interface StackForAllOptions {
  readonly consent: Consent;
  readonly kind: 'auto' | StackKind;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  readonly onNote: (line: string) => void;
}

/**
 * One stack for drills that are not known beforehand. It is started for the first; one that needs what it has not gets a new one, which
 * then has what all so far have needed.
 */
export class StackForAll implements AsyncDisposable {
  readonly #stack: DrillStack;
  readonly #onNote: (line: string) => void;
  readonly #wanted: Wanted[] = [];
  #has: StackNeeds | undefined;
  #calibration: Calibration | undefined;

  constructor({ kind, registry, signal, onNote, consent }: StackForAllOptions) {
    this.#onNote = onNote;
    this.#stack = new DrillStack((session) => {
      const needs = unionOfNeeds(this.#wanted);
      this.#has = needs;
      return unlessAborted(signal, async () => {
        // Once, before stores keep the machine busy: it is what bounds of time are for.
        this.#calibration ??= await calibrate(session.folder, (await findJava())?.path);
        return startStack(kind, needs, { session, config: registry.config, progress: onNote, consent });
      });
    }, onNote);
  }

  /** A clean stack that has what the drill needs. */
  async ready(plan: Wanted) {
    const isServed = this.#has !== undefined && covers(this.#has, unionOfNeeds([plan]));
    if (!isServed) this.#wanted.push(plan);
    if (!isServed && this.#has !== undefined) {
      this.#onNote(`A new stack: ${plan.scenario.name} › ${plan.target.name} needs what the running one does not have`);
      await this.drop();
    }
    const ready = await this.#stack.ready(needsOf(plan.target));
    return { ...ready, calibration: this.#calibration ?? null };
  }

  /** Ends the stack, of which nobody knows what became of it; the next drill gets a new one. */
  async drop(): Promise<void> {
    this.#has = undefined;
    await this.#stack[Symbol.asyncDispose]();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.drop();
  }
}

/** Whether a stack that was started for `has` serves a drill that needs `wants`. Topics and schemas are made anew for each. */
export function covers(has: StackNeeds, wants: StackNeeds): boolean {
  const servers = Object.entries(wants.postgres).every(([name, { settings = {} }]) => {
    const there = has.postgres[name];
    return (
      there !== undefined && Object.entries(settings).every(([key, value]) => suffices(there.settings?.[key], value))
    );
  });
  const [faults, wantedFaults] = [has.faults ?? {}, wants.faults ?? {}];
  return (
    servers &&
    (has.redis || !wants.redis) &&
    (faults.proxies === true || wantedFaults.proxies !== true) &&
    (wantedFaults.logVolumeMiB ?? 0) <= (faults.logVolumeMiB ?? 0) &&
    (has.brief !== true || wants.brief === true)
  );
}

function suffices(there: string | number | undefined, value: string | number): boolean {
  return typeof there === 'number' && typeof value === 'number' ? there >= value : there === value;
}
