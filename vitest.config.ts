import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

/** Packages that the Worker imports, bundled once a run: fetched module by module, they would take each test file seconds. */
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
  'hono/streaming',
  're2js',
  'standardwebhooks',
  'web-tree-sitter',
  'yaml',
  'zod',
];

export default defineConfig({
  test: {
    silent: 'passed-only',
    // Vitest leaves a core idle unless told otherwise; on two that doubles the time.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'node',
          include: [
            'test/{core,contract,scan,archive,manifest,builder,cli,client,scripts}/**/*.test.ts',
            'test/*.test.ts',
          ],
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      {
        // The Worker's own runtime, with real D1, R2 and queues, and the real builder beside it.
        plugins: [
          cloudflareTest(async ({ inject }) => {
            const { url, token } = inject('builder');
            const vectorize = inject('vectorize');
            const artifacts = inject('artifacts');
            return {
              wrangler: { configPath: './wrangler.toml' },
              miniflare: {
                bindings: {
                  MIGRATIONS: await readD1Migrations('migrations'),
                  S3_ENDPOINT: 'http://slipway.test/_s3',
                  BUILDER_URL: url,
                  BUILDER_TOKEN: token,
                  ARTIFACTS_URL: artifacts.url,
                  VECTORIZE_URL: vectorize.url,
                  VECTORIZE_API_TOKEN: vectorize.token,
                },
                ratelimits: { FIVE_A_MINUTE: { namespace_id: '1', simple: { limit: 5, period: 60 } } },
              },
            };
          }),
        ],
        test: {
          name: 'workerd',
          include: ['test/{access,api,db,deploy,events,registry,scan-host,serve,vectors}/**/*.test.ts'],
          globalSetup: ['test/builder-process.ts', 'test/vectorize-server.ts', 'test/artifact-server.ts'],
          setupFiles: ['test/support/apply-migrations.ts'],
          testTimeout: 60_000,
          deps: { optimizer: { ssr: { enabled: true, include: bundled } } },
        },
      },
      {
        // What `npm start` starts, on ports and with a state of its own.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
