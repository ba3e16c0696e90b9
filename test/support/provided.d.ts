// Values that vitest.config.ts provides to the tests of all projects.
import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Chosen by test/property-seed.ts. */
    propertySeed: number;
    /** Whether it is `npm run test:long`. */
    long: boolean;
    /** Lines of go.sum for the modules that Go plugins in workerd may require (test/builder-process.ts). */
    moduleSums: Record<string, string>;
    /** The server of test/git-repositories.ts over SSH, and the key that it accepts. */
    ssh: { host: string; hostKey: string; privateKey: string };
    /** An index that wants the token `pypi-of-acme` (test/private-index.ts). */
    privateIndex: { source: string; url: string };
    /** The path of the Python that PYTHON names, or of the first on PATH that is new enough. */
    python: string;
    /** The path of a Node 20, the oldest that the command line supports. Empty if there is none. */
    node20: string;
    /** Whether there is a Git that is new enough, such a Go, and whether this machine permits namespaces. */
    git: boolean;
    go: boolean;
    namespaces: boolean;
    /** The script of the npm package's CLI. */
    cli: string;
    /** The folder that the CLI keeps its caches in. */
    cliCache: string;
  }
  interface TaskMeta {
    /** Why the test is not run. */
    notRun?: string;
  }
}
