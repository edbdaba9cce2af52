import { defineConfig } from 'toofan';
import { promisingStorefront } from '../../simulators/inventory/storefront/target.ts';

/** A shop that is broken on purpose: the judge must say so. */
export default defineConfig({ targets: [promisingStorefront] });
