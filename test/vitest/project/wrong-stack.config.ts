import { defineConfig } from 'vitest/config';

// No toofan.config.ts names the stores.
export default defineConfig({
  test: { include: ['*.drill.ts'], globalSetup: 'toofan/vitest/stack', provide: { toofan: { stack: 'external' } } },
});
