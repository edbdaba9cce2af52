import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.drill.ts'],
    // One file goes on while another's worker is killed; on two cores Vitest's own choice is one.
    maxWorkers: 2,
    globalSetup: 'toofan/vitest/stack',
    provide: { toofan: { stack: 'local' } },
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
