import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.drill.ts'],
    globalSetup: 'toofan/vitest/stack',
    provide: { toofan: { stack: 'local' } },
    testTimeout: 120_000,
  },
});
