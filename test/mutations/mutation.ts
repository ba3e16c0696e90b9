// Describes one mutation: a change that breaks one behavior, and the test files that must notice it. `npm run mutate` applies them.

export interface Mutation {
  /** The behavior that breaks: "a rejected Go plugin is stored". */
  name: string;
  file: string;
  /** Occurs exactly once in the file. */
  search: string;
  replace: string;
  /** Test files, the most relevant first: `.test.ts` runs in vitest, `test_*.py` in unittest. */
  tests: string[];
  /** Why no test can notice it. It is not run. */
  equivalent?: string;
}
