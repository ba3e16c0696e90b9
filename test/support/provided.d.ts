// Values that vitest.config.ts provides to tests in all projects.
import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Chosen by test/property-seed.ts. */
    propertySeed: number;
    /** True in `npm run test:long`. */
    long: boolean;
    /** Lines of go.sum for the modules that Go plugins in workerd may require (test/builder-process.ts). */
    moduleSums: Record<string, string>;
    /** The SSH server of test/git-repositories.ts, and the key that it accepts. */
    ssh: { host: string; hostKey: string; privateKey: string };
    /** An index that requires the token `pypi-of-acme` (test/private-index.ts). */
    privateIndex: { source: string; url: string };
    /** Path of the Python that PYTHON names, or of the first new enough one on PATH. */
    python: string;
    /** Path of Node 20, the oldest version that the command line supports. Empty if there is none. */
    node20: string;
    /** True if a new enough Git exists, a new enough Go exists, and this machine permits namespaces. */
    git: boolean;
    go: boolean;
    namespaces: boolean;
    /** Script of the npm package's CLI. */
    cli: string;
    /** The CLI's cache folder. */
    cliCache: string;
  }
  interface TaskMeta {
    /** Why the test doesn't run. */
    notRun?: string;
  }
}
