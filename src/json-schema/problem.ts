// Defines what is wrong with a JSON Schema.

export interface SchemaProblem {
  /** Keywords, names and indexes that lead to what is wrong. Empty: the schema itself. */
  path: (string | number)[];
  /** The end of a sentence that begins with the place. */
  message: string;
  /**
   * invalid: it is no valid schema. endless: a check against it would never end. unsupported: it may be valid, but no value is checked
   * against it. unknown: a key that is no keyword.
   */
  kind: 'invalid' | 'endless' | 'unsupported' | 'unknown';
}
