import type { Scenario } from './scenario/scenario.ts';
import type { PostgresAddress, RedisAddress } from './stack/stack.ts';
import type { Target } from './target/target.ts';

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
  /** Addresses for `--stack external`. */
  readonly external?: {
    readonly kafka: { readonly brokers: readonly string[] };
    readonly postgres: Readonly<Record<string, PostgresAddress>>;
    readonly redis?: RedisAddress;
  };
  /** Hosts other than loopback that load may go to. */
  readonly allowedHosts?: readonly string[];
}

export const defineConfig = (config: ToofanConfig): ToofanConfig => config;
