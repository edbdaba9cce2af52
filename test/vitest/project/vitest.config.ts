import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.drill.ts'],
    globalSetup: 'toofan/vitest/stack',
    provide: { toofan: { stack: 'local' } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
