// Tells a database that does not answer from one that refuses a statement, which is a fault of the code.
import { DrizzleQueryError } from 'drizzle-orm';
import { nearestLimits } from '../contract/limits/serving.ts';
import { Problem } from '../core/problem.ts';

/** A batch failed, or took too long. The client's own errors do not always say that they are D1's. */
export class DatabaseFailed extends Error {
  override readonly name = 'DatabaseFailed';
}

/** Words of D1 about a statement, or about its own size: repeating the request does not help. */
const refusals = /SQLITE_|no such|D1_TYPE_ERROR|No SQL statements|exceeded.*maximum/i;

/** Returns undefined if something else than the database failed, or if it refused a statement. */
export function databaseProblem(error: unknown): Problem | undefined {
  let ofDatabase = false;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    // The message of this one is the text of the query.
    if (cause instanceof DrizzleQueryError) ofDatabase = true;
    else if (refusals.test(cause.message)) return undefined;
    else if (cause instanceof DatabaseFailed) ofDatabase = true;
  }
  return ofDatabase ? databaseUnavailable(error) : undefined;
}

export function databaseUnavailable(cause?: unknown): Problem {
  const { retryAfterSeconds } = nearestLimits;
  return new Problem('database-unavailable', 'The database does not answer', { retryAfterSeconds, cause });
}
