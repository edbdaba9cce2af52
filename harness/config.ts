import type { Scenario } from './scenario/scenario.ts';
import type { Addresses } from './stack/stack.ts';
import type { Target } from './target/target.ts';

/** Stores that run already. */
export interface ExternalStores extends Addresses {
  /** The file that says where they are, as errors name it; toofan.config.ts where it is left out. */
  readonly source?: string;
  /** Who works with them, where a drill would take them away from under somebody. */
  readonly usedBy?: string;
}

/** `toofan.config.ts` in the folder that `toofan` is called from; every member may be left out. */
export interface ToofanConfig {
  readonly scenarios?: readonly Scenario[];
  readonly targets?: readonly Target[];
  /** Replacements of the container images. */
  readonly images?: {
    readonly kafka?: string;
    readonly postgres?: string;
    readonly redis?: string;
    readonly k6?: string;
  };
  /** Addresses for `--stack external`; those of `toofan up` where it is left out. */
  readonly external?: ExternalStores;
  /** Hosts other than loopback that load may go to. */
  readonly allowedHosts?: readonly string[];
}

export const defineConfig = (config: ToofanConfig): ToofanConfig => config;
