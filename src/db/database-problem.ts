// Distinguishes a database that doesn't respond from one that rejects a statement, which is a fault in the code.
import { DrizzleQueryError } from 'drizzle-orm';
import { nearestLimits } from '../contract/limits/serving.ts';
import { Problem } from '../core/problem.ts';

/** Thrown when a batch failed or took too long. The client's own errors don't always show that they come from D1. */
export class DatabaseFailed extends Error {
  override readonly name = 'DatabaseFailed';
}

/** D1's messages about a statement or its size: repeating the request doesn't help. */
const refusals = /SQLITE_|no such|D1_TYPE_ERROR|No SQL statements|exceeded.*maximum/i;

/** A local database is full with its disk, D1 at 10 GB. */
const full = /SQLITE_FULL|exceeded maximum DB size/i;

/** On one machine, workerd's only word for a full disk. D1 says the same of its own failures. */
const failed = /\binternal error; reference\b/;

/** Returns undefined if something other than the database failed, or if it rejected a statement. */
export function databaseProblem(error: unknown): Problem | undefined {
  let ofDatabase = false;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // This error's message is the query text.
    if (cause instanceof DrizzleQueryError) ofDatabase = true;
    else if (full.test(cause.message)) return databaseFull(error);
    else if (ofDatabase && failed.test(cause.message)) return databaseFailed(error);
    else if (refusals.test(cause.message)) return undefined;
    else if (cause instanceof DatabaseFailed) ofDatabase = true;
  }
  return ofDatabase ? databaseUnavailable(error) : undefined;
}

function databaseFull(cause: unknown): Problem {
  return new Problem('database-unavailable', 'The database is full', {
    retryAfterSeconds: nearestLimits.retryAfterSeconds,
    hint: 'Operators: free space on its disk, or follow "When the database nears its limit" in docs/operations.md.',
    cause,
  });
}

function databaseFailed(cause: unknown): Problem {
  return new Problem('database-unavailable', 'The database failed, on one machine perhaps because its disk is full', {
    retryAfterSeconds: nearestLimits.retryAfterSeconds,
    hint: 'Retry after `Retry-After` seconds. Operators: the log of `npm start` says whether the disk is full. Free space on it.',
    cause,
  });
}

export function databaseUnavailable(cause?: unknown): Problem {
  const { retryAfterSeconds } = nearestLimits;
  return new Problem('database-unavailable', 'The database does not answer', { retryAfterSeconds, cause });
}
