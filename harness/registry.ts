import type { ToofanConfig } from './config.ts';
import type { Domain } from './domains/domain.ts';
import type { Scenario } from './scenario/scenario.ts';
import type { Mutant, Target } from './target/target.ts';

/** Everything with a name. Built by `loadRegistry` of `catalogue.ts`; a generator process builds its own from the same folder. */
export interface Registry {
  readonly scenarios: ReadonlyMap<string, Scenario>;
  /** Includes mutants. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly mutants: ReadonlyMap<string, Mutant>;
  readonly domains: ReadonlyMap<string, Domain>;
  readonly config: ToofanConfig;
}
