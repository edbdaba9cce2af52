import { defineConfig } from 'vitest/config';

/** What needs no stack: on every core, and before the drills, which would be measured on half a machine beside it. */
const alone = { maxWorkers: '100%', sequence: { groupOrder: 0 } };

/** Real brokers and databases, each file its own, and nothing in it that is judged by the clock. */
const rehearsals = [
  'cli',
  'contract',
  'dependencies',
  'mutants',
  'observe',
  'report',
  'simulation',
  'stack',
  'targets',
].map((folder) => `test/${folder}/**/*.test.ts`);
const real = { testTimeout: 180_000, hookTimeout: 180_000, setupFiles: ['test/own-temporary-folder.ts'] };

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
            'package/**/*.test.ts',
            'test/house.test.ts',
            'test/docs/{generated,pages,schemas}.test.ts',
          ],
          testTimeout: 60_000,
          ...alone,
        },
      },
      {
        test: { name: 'judge', include: ['test/judge/**/*.test.ts'], testTimeout: 180_000, ...alone },
      },
      {
        test: {
          name: 'integration',
          include: rehearsals,
          ...real,
          // They wait more than they work: a second one fills the gaps.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'smoke',
          include: ['test/smoke/**/*.test.ts'],
          ...real,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'drills',
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/house.test.ts',
            'test/docs/{generated,pages,schemas}.test.ts',
            'test/judge/**',
            'test/smoke/**',
            ...rehearsals,
          ],
          ...real,
          // What is measured is measured alone.
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
