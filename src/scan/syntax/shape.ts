// Describes where an expression may be used other than as a value. The grammar computes it while reading the expression.
export const Shape = {
  value: 0,
  /** A single name, attribute or subscript: allowed before `+=` and annotations. */
  single: 1,
  /** Allowed as a target of `=`, `for` and `as`. */
  assignable: 2,
  /** Allowed after `del`. */
  deletable: 4,
  starred: 8,
  any: 7,
} as const;
