import { defineConfig } from 'vitest/config';

/** What needs no stack: on every core, and before the drills, which would be measured on half a machine beside it. */
const alone = { maxWorkers: '100%', sequence: { groupOrder: 0 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'harness/**/*.test.ts',
            'simulators/**/*.test.ts',
            'scenarios/**/*.test.ts',
            'dashboards/**/*.test.ts',
            'test/house.test.ts',
          ],
          testTimeout: 20_000,
          ...alone,
        },
      },
      {
        test: { name: 'judge', include: ['test/judge/**/*.test.ts'], testTimeout: 180_000, ...alone },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/house.test.ts', 'test/judge/**'],
          // Real brokers and databases on few cores: one file at a time.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
