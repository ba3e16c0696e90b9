import { availableParallelism } from 'node:os';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { findPrograms } from './test/programs.ts';
import { choosePropertySeed } from './test/property-seed.ts';
import { schemaSnapshot } from './test/schema-snapshot.ts';

/** Packages that the Worker imports. They are bundled once per run, since loading them module by module takes seconds per test file. */
const bundled = [
  '@cfworker/json-schema',
  '@hono/zod-openapi',
  'aws4fetch',
  'drizzle-orm',
  'drizzle-orm/d1',
  'drizzle-orm/sqlite-core',
  'hono',
  'hono/combine',
  'hono/http-exception',
  'hono/route',
  'hono/streaming',
  're2js',
  'standardwebhooks',
  'web-tree-sitter',
  'yaml',
  'zod',
];

/**
 * Take minutes: every attack in every kind of confinement, installations, the examples, kills at each step, the project's own scripts.
 * `npm run test:long` runs them, and test/console.
 */
const long = [
  'test/builder/analyses/*.test.ts',
  'test/builder/breakout/*.test.ts',
  'test/builder/builds/{killed-programs,wasm-builds}.test.ts',
  'test/builder/calls/unread-calls.test.ts',
  'test/builder/damaged-state.test.ts',
  'test/builder/environments/{environments,environments-interrupted,failing-installations,full-disk,numba,packages,private-indexes,shared-packages,standalone-pythons,start-limit,system-libraries,torch-builds,wheel-files}.test.ts',
  'test/builder/instances/{machine-code,replicas}.test.ts',
  'test/builder/isolates/isolates-hostile.test.ts',
  'test/builder/network/{go-tls,network-examples}.test.ts',
  'test/builder/removal/removals.test.ts',
  'test/builder/sandbox/memory.test.ts',
  'test/scripts/{checks,deploy-check,go-parser,heartbeat,syntax-positions}.test.ts',
  'test/cli/develop/{broken-plugins,examples,failing-schemas,new-plugins}.test.ts',
  'test/cli/publish/dry-run-packages.test.ts',
];
const longEndToEnd = [
  'test/e2e/{go-demo,grants,isolates,push-kills,run-kills,secrets,serving,sigkill,standby,state-folder,streams,traces,two-organizations}.test.ts',
];
const longInWorkerd = [
  'test/deploy/install/{building,capabilities,placement,private-modules,two-workers}.test.ts',
  'test/api/requests/{documented-inputs,lost-midway}.test.ts',
  'test/hooks/{dying-workers,go-plugins,killed-at-each-step,private-extractor,private-repositories}.test.ts',
];
/** Run a few cases with `npm test`, and all or thousands with `npm run test:long`. */
const generated = ['test/scan/{memory,plugin-programs}.test.ts', 'test/scan/random/*.test.ts'];
const generatedInWorkerd = ['test/runs/kills.test.ts'];
const isLong = process.env.SLIPWAY_TEST_LONG === '1';
/** For mutations, which name the files to run. */
const isAny = process.env.SLIPWAY_TEST_LONG === 'any';

/** Limits end a test that hangs. A busy machine reaches none of them, so that no test is a test of its speed. */
const patience = { testTimeout: 180_000, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } };

const programs = await findPrograms();
/** Each builder and command asks for its Python. A version manager's `python3` is a script that starts a hundred processes first. */
process.env.PYTHON = programs.provide.python;
const provide = { ...programs.provide, propertySeed: choosePropertySeed(process.env), long: isLong };
const { tags } = programs;

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
          include: isLong
            ? generated
            : [
                'test/{core,contract,scan,archive,json-schema,manifest,client,console-data,isolate,reference}/**/*.test.ts',
              ],
          environment: 'node',
          pool: 'threads',
          isolate: false,
          ...patience,
        },
      },
      {
        test: {
          name: 'node',
          provide,
          tags,
          include: isLong ? long : ['test/{builder,cli,scripts}/**/*.test.ts', 'test/*.test.ts'],
          exclude: isLong || isAny ? [] : long,
          globalSetup: ['test/cli-package.ts'],
          setupFiles: ['test/remove-folders.ts'],
          environment: 'node',
          // Loading the modules of builder and command line again for each file took a quarter of the processor time.
          isolate: false,
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
                d1Databases: { EMPTY_DB: 'empty' },
                ratelimits: { FIVE_A_MINUTE: { namespace_id: '1', simple: { limit: 5, period: 60 } } },
              },
            };
          }),
        ],
        test: {
          name: 'workerd',
          provide,
          tags,
          // Files share a runtime per core, since loading the Worker takes three seconds (decision 35).
          isolate: false,
          include: isLong
            ? [...longInWorkerd, ...generatedInWorkerd]
            : [
                'test/{access,api,db,deploy,events,hooks,logs,registry,runs,scan-host,serve,vectors,watching,worker}/**/*.test.ts',
              ],
          exclude: isLong || isAny ? [] : longInWorkerd,
          globalSetup: [
            'test/builder-process.ts',
            'test/vectorize-server.ts',
            'test/artifact-server.ts',
            'test/git-repositories.ts',
            'test/processor-time.ts',
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
          include: isLong ? ['test/console/**/*.test.ts', ...longEndToEnd] : ['test/e2e/**/*.test.ts'],
          exclude: isLong || isAny ? [] : longEndToEnd,
          globalSetup: ['test/cli-package.ts'],
          setupFiles: ['test/remove-folders.ts'],
          environment: 'node',
          ...patience,
        },
      },
    ],
  },
});
