// Defines when instances' logs are collected, and the length of a line. Other sizes are in builder.ts, and how long they are kept in
// retention.ts.

const seconds = 1000;

/** Cron trigger in wrangler.toml that collects logs, apart from that of the sweep, and its maximum run time. */
export const logsCron = '*/1 * * * *';

export const logsCronMs = 60 * seconds;

/** Characters of one line, wherever it was printed. Longer lines are truncated. */
export const logLineChars = 4096;
