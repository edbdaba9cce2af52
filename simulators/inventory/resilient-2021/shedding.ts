import type { Sheddable, ShedAnswer } from '../shared/decide.ts';
import type { Request } from '../shared/wire.ts';
import { patienceMs } from './settings.ts';

/** What responders have switched on. */
export type Shedding = {
  /** Nothing is sold. */
  readonly saleFrozen: boolean;
  /** Only premium shoppers are served. */
  readonly regularShed: boolean;
};

/** Why an order should be shed at this moment (epoch ms); null if it should be served, like everything that is not an order. */
export function reasonToShed(
  request: Request,
  nowMs: number,
  { saleFrozen, regularShed }: Shedding,
): ShedAnswer | null {
  if (request.kind !== 'order') return null;
  if (saleFrozen) return 'shed_frozen';
  if (regularShed && request.class === 'regular') return 'shed_load';
  return nowMs - (request.appendedAtMs ?? nowMs) > patienceMs[request.class] ? 'shed_late' : null;
}

/** Operations to shed and operations to serve, each in order. */
export function divide(
  requests: readonly Request[],
  nowMs: number,
  shedding: Shedding,
): { readonly shed: readonly Sheddable[]; readonly served: readonly Request[] } {
  const shed: Sheddable[] = [];
  const served: Request[] = [];
  for (const request of requests) {
    const why = reasonToShed(request, nowMs, shedding);
    if (why === null) served.push(request);
    else shed.push({ ...request, shed: why });
  }
  return { shed, served };
}
