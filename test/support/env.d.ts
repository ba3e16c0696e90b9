// Bindings for tests in workerd: those in wrangler.toml, and those that vitest.config.ts adds.
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('../../src/worker.ts');
  }
  interface Env {
    DB: D1Database;
    /** The installation's database. Tests have one of its own, so that nothing mixes its rows with those of organizations. */
    DIRECTORY: D1Database;
    /** A database without tables. */
    EMPTY_DB: D1Database;
    /** A database for organizations, without tables. */
    SECOND_DB: D1Database;
    ARCHIVES: R2Bucket;
    SCANS: Queue;
    DEPLOYMENTS: Queue;
    DELIVERIES: Queue;
    RUNS: Queue;
    CALLS: Queue;
    LOW_CALLS: Queue;
    ARTIFACTS: Queue;
    ISOLATE_LOGS: Queue;
    INSTANCES: DurableObjectNamespace<import('../../src/worker.ts').Instance>;
    RELEASES: DurableObjectNamespace<import('../../src/worker.ts').Releases>;
    CALL_LIMITS: DurableObjectNamespace<import('../../src/worker.ts').CallLimits>;
    INSTANCES_LITE: DurableObjectNamespace<import('../../src/worker.ts').InstanceLite>;
    INSTANCES_BASIC: DurableObjectNamespace<import('../../src/worker.ts').InstanceBasic>;
    INSTANCES_STANDARD_2: DurableObjectNamespace<import('../../src/worker.ts').InstanceStandard2>;
    INSTANCES_STANDARD_3: DurableObjectNamespace<import('../../src/worker.ts').InstanceStandard3>;
    INSTANCES_STANDARD_4: DurableObjectNamespace<import('../../src/worker.ts').InstanceStandard4>;
    BUILDS: DurableObjectNamespace<import('../../src/worker.ts').Builds>;
    LOADER: WorkerLoader;
    S3_ENDPOINT: string;
    S3_BUCKET: string;
    FIVE_A_MINUTE: RateLimit;
    BUILDER_URL: string;
    BUILDER_TOKEN: string;
    ARTIFACTS_URL: string;
    REPOSITORIES_URL: string;
    CONTAINERS_URL: string;
    ADMIN_TOKEN: string;
    VECTORIZE_URL: string;
    VECTORIZE_API_TOKEN: string;
    MIGRATIONS: import('cloudflare:test').D1Migration[];
    /** Statements that create the migrated schema in one step (test/schema-snapshot.ts). */
    SCHEMA: string;
  }
}

declare module '*?raw' {
  const text: string;
  export default text;
}
