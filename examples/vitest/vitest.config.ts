import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One Kafka, Postgres and Redis for every test file; ended with the test run.
    globalSetup: 'toofan/vitest/stack',
    // A drill takes its load's time and some ten seconds; the first one starts the stack.
    testTimeout: 180_000,
    hookTimeout: 180_000,
  },
});
