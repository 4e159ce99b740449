import { defineConfig } from 'vitest/config';

const ASSISTANTS = 'test/assistants/**/*.e2e-spec.ts';

/** Tests that take minutes: whole tables of the documentation, and every secret rotated under load. */
const LONG = ['test/compat/**/*.e2e-spec.ts', 'test/reliability/faults.e2e-spec.ts', 'test/rotation/**/*.e2e-spec.ts'];

/** Tests that hold something to a time: one after the other, with nothing beside them. */
const ALONE = ['test/lifecycle', 'test/reliability', 'test/revocation'].map((folder) => `${folder}/**/*.e2e-spec.ts`);

/**
 * Three worlds, told apart by suffix: `.spec.ts` needs nothing, `.integration.spec.ts` needs real stores,
 * `.e2e-spec.ts` starts real processes from `dist`. `npm test` runs them one after another; the coding assistants have
 * a command of their own, `npm run test:assistants`, because each of them is a download of some 200 MB, and so have
 * those that take minutes, `npm run test:long`.
 */
export default defineConfig({
  resolve: { conditions: ['gateway-source'] },
  ssr: { resolve: { conditions: ['gateway-source'], externalConditions: ['gateway-source'] } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    setupFiles: ['test/support/seed-properties.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          // They touch nothing but their own values, so a worker may keep the modules that it has loaded: a quarter of the time.
          isolate: false,
          include: ['{apps,libs,test,bench,scripts}/**/*.spec.ts'],
          exclude: ['**/*.integration.spec.ts', '**/node_modules/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['{apps,libs,test}/**/*.integration.spec.ts'],
          testTimeout: 30_000,
          hookTimeout: 120_000,
          globalSetup: ['test/support/postgres.global-setup.ts', 'test/support/redis.global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['{apps,test}/**/*.e2e-spec.ts'],
          exclude: [ASSISTANTS, ...LONG, ...ALONE, '**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          globalSetup: ['test/support/postgres.global-setup.ts', 'test/support/redis.global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-alone',
          include: ALONE,
          exclude: [...LONG, '**/node_modules/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          globalSetup: ['test/support/postgres.global-setup.ts', 'test/support/redis.global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'long',
          include: LONG,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          globalSetup: ['test/support/postgres.global-setup.ts', 'test/support/redis.global-setup.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'assistants',
          include: [ASSISTANTS],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          globalSetup: ['test/support/postgres.global-setup.ts', 'test/support/redis.global-setup.ts'],
        },
      },
    ],
  },
});
