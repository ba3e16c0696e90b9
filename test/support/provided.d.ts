// Values that vitest.config.ts provides to tests in all projects.
import 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    /** Chosen by test/property-seed.ts. */
    propertySeed: number;
    /** True if the tests run with `npm run test:long`. */
    long: boolean;
    /** True if the tests run with `npm run test:weekly`. */
    weekly: boolean;
    /** Lines of go.sum for the modules that Go plugins in workerd may require (test/builder-process.ts). */
    moduleSums: Record<string, string>;
    /** The SSH server of test/git-repositories.ts, and the key that it accepts. */
    ssh: { host: string; hostKey: string; privateKey: string };
    /** An index that requires the token `pypi-of-acme` (test/private-index.ts). */
    privateIndex: { source: string; url: string };
    /** Path of the Python named by PYTHON, or of the first Python on PATH that is new enough. */
    python: string;
    /** Path of Node 20, the oldest version that the CLI supports. Empty if it isn't installed. */
    node20: string;
    /** Each is true if the machine has a Git that is new enough, a Go that is new enough, or permits namespaces. */
    git: boolean;
    go: boolean;
    namespaces: boolean;
    /** The script of the CLI in the npm package. */
    cli: string;
    /** The CLI's cache folder. */
    cliCache: string;
  }
  interface TaskMeta {
    /** The reason why the test doesn't run. */
    notRun?: string;
  }
}
