import type { Scenario } from './scenario/scenario.ts';
import type { Parsed } from './schema-problems.ts';
import type { imagesShape } from './stack/containers/images-shape.ts';
import type { externalShape } from './stack/external/external-shape.ts';
import type { Target } from './target/target.ts';

/** Stores that run already. */
export type ExternalStores = Parsed<typeof externalShape>;

/** `toofan.config.ts` in the folder that `toofan` is called from; every member may be left out. */
export interface ToofanConfig {
  readonly scenarios?: readonly Scenario[];
  readonly targets?: readonly Target[];
  /** Replacements of the container images. */
  readonly images?: Parsed<typeof imagesShape>;
  /** Addresses for `--stack external`; those of `toofan up` where it is left out. */
  readonly external?: ExternalStores;
  /** Hosts other than loopback that load may go to. */
  readonly allowedHosts?: readonly string[];
}

export const defineConfig = (config: ToofanConfig): ToofanConfig => config;
