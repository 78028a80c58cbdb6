import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Node loads graphql's CommonJS build for packages, Vite would load its ES build for our files; two builds in one
// process refuse each other's types.
const alias = [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql/index.js')) }];
// They only guard against hanging: on a machine that is busy with other things a test takes many times longer.
const patience = {
  testTimeout: 60_000,
  hookTimeout: 120_000,
  teardownTimeout: 30_000,
  expect: { poll: { timeout: 45_000 } },
};

export default defineConfig({
  test: {
    maxWorkers: 2,
    reporters: ['default', './test/support/totals-reporter.ts'],
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'gateway',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/support/global-setup.ts'],
          ...patience,
        },
      },
      {
        resolve: { alias },
        test: { name: 'sandbox', include: ['packages/sandbox/test/**/*.test.ts'], ...patience },
      },
    ],
  },
});
