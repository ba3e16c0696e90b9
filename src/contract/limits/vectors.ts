// Defines the limits of vector stores.

/** Limits of one operation, by the most restrictive store. */
export const vectorLimits = { idBytes: 64, upsertVectors: 1000, searchMatches: 100 } as const;
