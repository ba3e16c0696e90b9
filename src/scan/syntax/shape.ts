// What an expression can stand for besides its value, as the grammar finds out while it reads one.
export const Shape = {
  value: 0,
  /** One name, attribute or subscript: what `+=` and annotations take. */
  single: 1,
  /** What `=`, `for` and `as` take. */
  assignable: 2,
  /** What `del` takes. */
  deletable: 4,
  starred: 8,
  any: 7,
} as const;
