/** A bound on one of k6's metrics in k6's syntax (`p(99)<500`): for requests with one name, or for all. */
interface Threshold {
  readonly metric: string;
  readonly request?: string | undefined;
  readonly bound: string;
}

/** k6's thresholds by metric. k6 knows no phases, so a bound on a phase here bounds the whole load. */
export function thresholdsOf(bounds: readonly Threshold[]): Record<string, string[]> {
  // Unsent visits are the generator's failure, whatever the scenario bounds.
  const thresholds: Record<string, string[]> = { dropped_iterations: ['count<1'] };
  for (const { metric, request, bound } of bounds)
    (thresholds[request === undefined ? metric : `${metric}{name:${request}}`] ??= []).push(bound);
  return thresholds;
}
