import { poolSize } from './settings.ts';
import type { Shedding } from './shedding.ts';

/** What a responder may switch; the default is `asBuilt`. */
export type PipelineSwitches = Shedding & {
  readonly poolSize: number;
  /** Recommendations come from memory, without calling the engine. */
  readonly recommendationsCached: boolean;
  /** Critical data only: no recommendations, the shelf kept by its refresh alone, smaller batches (4139-4143). */
  readonly simplified: boolean;
  /** Has no effect: orders never wait for a sync. */
  readonly syncBypassed: boolean;
};

export const asBuilt: PipelineSwitches = {
  poolSize: poolSize.normal,
  recommendationsCached: false,
  simplified: false,
  syncBypassed: false,
  saleFrozen: false,
  regularShed: false,
};
