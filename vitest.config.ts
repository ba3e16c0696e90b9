import { mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { enterTestEnvironment } from './scripts/testing/environment.ts';
import { leftOut, tierOfRun, tierTags } from './scripts/testing/tiers.ts';
import { findPrograms } from './test/programs.ts';
import { choosePropertySeed } from './test/property-seed.ts';
import { schemaSnapshot } from './test/schema-snapshot.ts';

/** Packages that the Worker imports. They are bundled once per run, since loading them module by module takes seconds per test file. */
const bundled = [
  '@cfworker/json-schema',
  '@cyclonedx/cyclonedx-library',
  '@hono/zod-openapi',
  '@modelcontextprotocol/client',
  '@modelcontextprotocol/client/validators/cf-worker',
  '@modelcontextprotocol/server',
  'ae-cvss-calculator',
  'aws4fetch',
  'drizzle-orm',
  'drizzle-orm/d1',
  'drizzle-orm/sqlite-core',
  'fflate',
  'hono',
  'hono/accepts',
  'hono/combine',
  'hono/cookie',
  'hono/html',
  'hono/http-exception',
  'hono/route',
  'hono/streaming',
  'jose',
  'oauth4webapi',
  're2js',
  'semver/functions/parse.js',
  'standardwebhooks',
  'web-tree-sitter',
  'yaml',
  'zod',
  'zod/mini',
];

/** Limits end a test that hangs. A busy machine reaches none of them, so that no test is a test of its speed. */
const patience = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 180_000 } } };

/** Made before the first builder, which would close it to tests that run as another user. */
mkdirSync('dist', { recursive: true });

enterTestEnvironment();
// Otherwise, Vite makes it `development`, in which React and TypeScript check more.
process.env.NODE_ENV = 'test';
const programs = await findPrograms();
/** Each builder and command asks for its Python. A version manager's `python3` is a script that starts a hundred processes first. */
process.env.PYTHON = programs.provide.python;
const provide = {
  ...programs.provide,
  propertySeed: choosePropertySeed(process.env),
  long: tierOfRun === 'long',
  weekly: tierOfRun === 'weekly',
};
const tags = [...programs.tags, ...tierTags(tierOfRun)];
const exclude = leftOut(tierOfRun);

export default defineConfig({
  test: {
    silent: 'passed-only',
    // Most tests wait for processes, timers and the network part of their time, so that a worker per core leaves cores idle.
    maxWorkers: availableParallelism() * 2,
    projects: [
      {
        // Parts without I/O leave nothing behind, so that their tests share a module cache: loading the scanner takes seconds per file.
        test: {
          name: 'pure',
          provide,
          tags,
          include: [
            'test/{answers,core,contract,doubling,osv,scan,archive,json-schema,manifest,client,console-data,isolate,reference,releases}/**/*.test.ts',
            'test/features/*/pure/**/*.test.ts',
          ],
          exclude,
          environment: 'node',
          pool: 'threads',
          isolate: false,
          // These tests never wait, so more workers would only load more copies of the modules.
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 2 },
          ...patience,
        },
      },
      {
        test: {
          name: 'node',
          provide,
          tags,
          include: ['test/{builder,cli,scripts}/**/*.test.ts', 'test/features/*/node/**/*.test.ts', 'test/*.test.ts'],
          exclude,
          globalSetup: ['test/cli-package.ts'],
          setupFiles: ['test/remove-folders.ts'],
          environment: 'node',
          // Loading the modules of builder and command line again for each file took a quarter of the processor time.
          isolate: false,
          sequence: { groupOrder: 3 },
          ...patience,
        },
      },
      {
        // Runs in workerd with real D1, R2 and queues, next to the real builder.
        plugins: [
          cloudflareTest(async ({ inject }) => {
            const { url, token } = inject('builder');
            const vectorize = inject('vectorize');
            const artifacts = inject('artifacts');
            const repositories = inject('repositories');
            const containers = inject('containers');
            return {
              main: './test/support/worker.ts',
              wrangler: { configPath: './wrangler.toml' },
              miniflare: {
                bindings: {
                  MIGRATIONS: await readD1Migrations('migrations'),
                  SCHEMA: await schemaSnapshot(),
                  S3_ENDPOINT: 'http://slipway.test/_s3',
                  BUILDER_URL: url,
                  BUILDER_TOKEN: token,
                  ARTIFACTS_URL: artifacts.url,
                  REPOSITORIES_URL: repositories.url,
                  CONTAINERS_URL: containers.url,
                  VECTORIZE_URL: vectorize.url,
                  VECTORIZE_API_TOKEN: vectorize.token,
                },
                d1Databases: { DIRECTORY: 'directory', EMPTY_DB: 'empty', SECOND_DB: 'second' },
                ratelimits: { FIVE_A_MINUTE: { namespace_id: '1', simple: { limit: 5, period: 60 } } },
              },
            };
          }),
        ],
        test: {
          name: 'workerd',
          provide,
          tags,
          // Files share a runtime, since loading the Worker takes seconds of processor time.
          isolate: false,
          maxWorkers: availableParallelism() + 1,
          // First, because one process loads it for all, while the checks of `npm test` use the other cores.
          sequence: { groupOrder: 1 },
          include: [
            'test/{access,advisories,api,attention,builders,db,events,following,instances,logs,organizations,pointers,registry,retirement,rollouts,scan-host,serve,signed-requests,watching,worker}/**/*.test.ts',
            'test/features/*/workerd/**/*.test.ts',
          ],
          exclude,
          globalSetup: [
            'test/builder-process.ts',
            'test/vectorize-server.ts',
            'test/artifact-server.ts',
            'test/git-repositories.ts',
            'test/private-index.ts',
            'test/container-host.ts',
            'test/reference-files.ts',
          ],
          setupFiles: ['test/support/file-setup.ts'],
          ...patience,
          deps: { optimizer: { ssr: { enabled: true, include: bundled } } },
        },
      },
      {
        // Runs what `npm start` starts, on separate ports and with separate state.
        test: {
          name: 'e2e',
          provide,
          tags,
          include: ['test/e2e/**/*.test.ts', 'test/console/**/*.test.ts', 'test/features/*/e2e/**/*.test.ts'],
          exclude,
          globalSetup: ['test/cli-package.ts'],
          setupFiles: ['test/remove-folders.ts'],
          environment: 'node',
          sequence: { groupOrder: 3 },
          ...patience,
        },
      },
      {
        // Runs a real Ray, which takes 400 MB and the package index. Each file starts a cluster, so they run after the other tests, one
        // by one.
        test: {
          name: 'ray',
          provide,
          tags,
          include: ['test/features/*/ray/**/*.test.ts'],
          environment: 'node',
          maxWorkers: 1,
          sequence: { groupOrder: 4 },
          ...patience,
        },
      },
      {
        // Computes on this machine's GPU. `npm run test:gpu` runs it.
        test: {
          name: 'gpu',
          provide,
          tags,
          include: ['test/gpu/**/*.test.ts'],
          setupFiles: ['test/remove-folders.ts'],
          environment: 'node',
          maxWorkers: 1,
          sequence: { groupOrder: 5 },
          ...patience,
        },
      },
    ],
  },
});
