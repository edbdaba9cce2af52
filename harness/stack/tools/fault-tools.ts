import type { Session } from '../../session/session.ts';
import { installedGoProgram, toxiproxy } from './go-program.ts';
import { mountLogVolume } from './log-volume.ts';
import type { StackPlan } from '../stack-plan.ts';
import type { StackNeeds, ToxicProxy } from '../stack.ts';
import { startToxiproxy } from './toxiproxy.ts';

/** What the scenario's faults need besides the stores, the same for local processes and containers. */
export interface FaultTools {
  readonly logVolume: string | undefined;
  /** Call once the stores answer; no proxies if none are needed. */
  startProxies(plan: StackPlan): Promise<ReadonlyMap<string, ToxicProxy>>;
}

/** Prepares everything, or rejects (69) with what the machine lacks, before any store starts. */
export async function prepareFaultTools(
  session: Session,
  { faults = {} }: StackNeeds,
  progress: (line: string) => void,
): Promise<FaultTools> {
  const proxy = faults.proxies === true ? await installedGoProgram(toxiproxy, session, progress) : undefined;
  const logVolume = faults.logVolumeMiB === undefined ? undefined : await mountLogVolume(session, faults.logVolumeMiB);
  return {
    logVolume,
    startProxies: async ({ proxied }) =>
      proxy === undefined || proxied === undefined ? new Map() : startToxiproxy(session, proxy, proxied),
  };
}
