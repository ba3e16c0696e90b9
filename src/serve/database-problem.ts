// The problem that a call is answered with while the database does not answer.
import { nearestLimits } from '../contract/limits/serving.ts';
import { Problem } from '../core/problem.ts';

/** A query that only reads fails for no other reason, unless its table is missing, which the original error says. */
export function databaseProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause.message.includes('no such')) return error;
  const { retryAfterSeconds } = nearestLimits;
  return new Problem('database-unavailable', 'The database does not answer', { retryAfterSeconds, cause: error });
}
