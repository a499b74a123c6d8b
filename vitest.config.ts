import { defineConfig } from 'vitest/config';

/** Each room of the tests, by what it needs, one room after the other. Native workers live in processes of their own; nothing is retried. */
const common = { pool: 'forks', retry: 0, testTimeout: 60_000, hookTimeout: 120_000 } as const;

export default defineConfig({
  test: {
    reporters: ['default'],
    projects: [
      {
        test: {
          ...common,
          name: 'unit',
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
          include: ['test/unit/**/*.test.ts', 'test/property/**/*.test.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'workflow',
          sequence: { groupOrder: 1 },
          include: ['test/workflow/**/*.test.ts', 'test/replay/**/*.test.ts'],
          globalSetup: ['test/support/workflow-bundle.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'system',
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
          include: ['test/system/**/*.test.ts'],
          globalSetup: ['test/support/postgres.ts', 'test/support/browser-scripts.mjs'],
        },
      },
      // each brings up the whole desk: one at a time
      {
        test: {
          ...common,
          name: 'desk',
          sequence: { groupOrder: 4 },
          include: ['test/desk/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
        },
      },
      {
        test: {
          ...common,
          name: 'browser',
          sequence: { groupOrder: 3 },
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/support/postgres.ts', 'test/support/browser-scripts.mjs'],
          testTimeout: 120_000,
        },
      },
    ],
  },
});
