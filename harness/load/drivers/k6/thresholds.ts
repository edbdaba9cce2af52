/** A bound on one of k6's metrics, as k6 writes it (`p(99)<500`): of the requests of one name, or of all. */
interface Threshold {
  readonly metric: string;
  readonly request?: string | undefined;
  readonly bound: string;
}

/** k6's thresholds by metric. k6 knows no phases, so a bound for a phase bounds the whole load here. */
export function thresholdsOf(bounds: readonly Threshold[]): Record<string, string[]> {
  // What was not sent is the generator's failure, whatever the scenario bounds.
  const thresholds: Record<string, string[]> = { dropped_iterations: ['count<1'] };
  for (const { metric, request, bound } of bounds)
    (thresholds[request === undefined ? metric : `${metric}{name:${request}}`] ??= []).push(bound);
  return thresholds;
}
