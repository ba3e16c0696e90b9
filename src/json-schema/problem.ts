// A JSON Schema problem.

export interface SchemaProblem {
  /** Keywords, names and indexes on the path to the problem. Empty for the schema itself. */
  path: (string | number)[];
  /** The end of a sentence that starts with the location. */
  message: string;
  /**
   * `invalid`: not a valid schema. `endless`: a check against it would never end. `unsupported`: may be valid, but values aren't
   * checked against it. `unknown`: a key that isn't a keyword.
   */
  kind: 'invalid' | 'endless' | 'unsupported' | 'unknown';
}
