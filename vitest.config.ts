import { defineConfig } from 'vitest/config';

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
          // First and by themselves: beside them a drill would be measured on half a machine.
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/house.test.ts'],
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
