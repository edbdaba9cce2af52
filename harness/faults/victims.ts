import { badInput } from '../errors.ts';
import type { ToxicProxy, StackPart } from '../stack/stack.ts';
import type { TargetInstance } from '../target/processes.ts';
import type { FaultContext } from './fault.ts';

/** The target's processes to strike: all instances of `process` (default: its first process), or `count` of them. */
export function victimsOf(
  fault: string,
  { processes }: Pick<FaultContext, 'processes'>,
  { process: wanted, count }: { readonly process?: string | undefined; readonly count?: number | undefined },
): readonly TargetInstance[] {
  const name = wanted ?? processes.instances[0]?.spec.name ?? '';
  const victims = processes.named(name).slice(0, count);
  if (victims.length > 0) return victims;
  const known = [...new Set(processes.instances.map(({ spec }) => spec.name))];
  throw badInput(
    known.length === 0
      ? `${fault}: the harness starts no process of this target, so there is none to strike`
      : `${fault}: the target has no process '${name}'; it has ${known.join(', ')}`,
  );
}

const startsWithinMs = 30_000;

/**
 * Starts it and waits until it is ready. If it exits because another fault holds something it needs, it is restarted for a while
 * if its orchestrator would do so; otherwise it has not healed.
 */
export async function startAgain(victim: TargetInstance): Promise<void> {
  for (const deadline = Date.now() + startsWithinMs; ;) {
    try {
      await victim.start();
      return;
    } catch (error) {
      if (victim.spec.restart !== 'always' || Date.now() > deadline) throw error;
    }
  }
}

export const namesOf = (victims: readonly TargetInstance[]): string => victims.map(({ name }) => name).join(', ');

/** A server of the stack by its name. */
export function partOf(fault: string, { stack }: Pick<FaultContext, 'stack'>, name: string): StackPart {
  const part = stack.parts.get(name);
  if (part !== undefined) return part;
  throw badInput(
    stack.parts.size === 0
      ? `${fault}: faults do not strike the servers of an external stack; use --stack local or --stack containers`
      : `${fault}: the stack has no '${name}'; it has ${[...stack.parts.keys()].join(', ')}`,
  );
}

/** The proxy in front of a store. */
export function proxyOf(fault: string, { stack }: Pick<FaultContext, 'stack'>, name: string): ToxicProxy {
  const proxy = stack.proxies.get(name);
  if (proxy !== undefined) return proxy;
  throw badInput(`${fault}: no proxy in front of '${name}'; the stack has ${[...stack.proxies.keys()].join(', ')}`);
}
