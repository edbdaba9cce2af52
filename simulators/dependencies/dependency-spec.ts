import type { ProcessSpec } from '../../harness/target/target.ts';

/** A simulator of this folder as a process of its own. */
export const dependencySpec = (name: 'recommendations'): ProcessSpec => ({
  name,
  command: [process.execPath, new URL(`${name}.ts`, import.meta.url).pathname],
  env: {},
  count: 1,
  ready: { path: '/healthz' },
});
