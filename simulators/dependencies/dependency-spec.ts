import { fileURLToPath } from 'node:url';
import type { DependencySettings, ProcessSpec } from 'toofan';

type DependencyName = 'aadhaar' | 'address' | 'face-match' | 'fraud' | 'pan' | 'recommendations' | 'upi-switch';

/** A simulator of this folder as a separate process; `settings` override its defaults. */
export const dependencySpec = (name: DependencyName, settings: Partial<DependencySettings> = {}): ProcessSpec => ({
  name,
  command: [process.execPath, fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
  env: { TOOFAN_SETTINGS: JSON.stringify(settings) },
  count: 1,
  ready: { path: '/healthz' },
});
