import type { Scenario } from './scenario/scenario.ts';
import type { Parsed } from './schema-problems.ts';
import type { imagesShape } from './stack/containers/images-shape.ts';
import type { externalShape } from './stack/external/external-shape.ts';
import type { Target } from './target/target.ts';

/** Stores that already run. */
export type ExternalStores = Parsed<typeof externalShape>;

/** `toofan.config.ts` in the folder where `toofan` is called; every member is optional. */
export interface ToofanConfig {
  readonly scenarios?: readonly Scenario[];
  readonly targets?: readonly Target[];
  /** Other images for the container stack. */
  readonly images?: Parsed<typeof imagesShape>;
  /** Addresses for `--stack external`; default: those of `toofan up`. */
  readonly external?: ExternalStores;
  /** Hosts besides loopback that may get load. */
  readonly allowedHosts?: readonly string[];
}

export const defineConfig = (config: ToofanConfig): ToofanConfig => config;
