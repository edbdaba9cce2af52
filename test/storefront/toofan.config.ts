import { defineConfig } from '../../harness/config.ts';
import { promisingStorefront } from '../../simulators/storefront/target.ts';

/** A shop that is broken on purpose: the judge must say so. */
export default defineConfig({ targets: [promisingStorefront] });
