// Limits that the platform sets for an invocation.

/** See docs/reference/operations.md, Limits of the platform. */
export const platform = { queries: 1000, requests: 10_000 };

export const seconds = 1000;
