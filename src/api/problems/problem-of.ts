// Converts any request error to a problem.
import { HTTPException } from 'hono/http-exception';
import { builderProblem } from '../../builders/builder-problem.ts';
import { Problem } from '../../core/problem.ts';
import { databaseProblem } from '../../db/database-problem.ts';
import { malformedJson } from './problem-response.ts';

/** Converts unexpected errors to an internal error. Their message goes only to the log. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof HTTPException && error.status === 400) return malformedJson();
  const ofBuilder = builderProblem(error);
  if (ofBuilder) return ofBuilder;
  const ofDatabase = databaseProblem(error);
  if (ofDatabase) return ofDatabase;
  const missing = missingFromDatabase(error);
  if (missing !== undefined) return new Problem('not-migrated', `The database has ${missing}`, { cause: error });
  return new Problem('internal', 'Slipway failed to process the request', { cause: error });
}

/** Returns text such as "no table plugins" if a query failed because migrations are pending. */
function missingFromDatabase(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [, kind, name] = /no such (table|column): ([\w.]+)/.exec(cause.message) ?? [];
    if (name !== undefined) return `no ${kind} ${name}`;
  }
  return undefined;
}
