// Defines the lease and the retention of imports of advisories. What bounds the records is with the scans (contract/limits/scans.ts).

/**
 * An import waits this long after its worker died. Renewed with each batch of records, and by a timer while its URL is fetched; if it is
 * lost, another worker continues after the last batch.
 */
export const importLease = { leaseMs: 30_000, renewEveryMs: 10_000, attemptsMax: 8 } as const;

/** How long imports are kept after they ended. */
export const keptImportsMs = 30 * 24 * 3_600_000;
