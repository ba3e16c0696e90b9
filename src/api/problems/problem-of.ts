// Converts any request error to a problem.
import { HTTPException } from 'hono/http-exception';
import { CorruptContent } from '../../archive/contents/stored-index.ts';
import { builderProblem } from '../../builders/builder-problem.ts';
import { nearestLimits } from '../../contract/limits/serving.ts';
import { damagedProblem, Problem } from '../../core/problem.ts';
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
  if (isOfStore(error))
    return new Problem('not-ready', 'The store of archives failed, perhaps because its disk is full', {
      retryAfterSeconds: nearestLimits.retryAfterSeconds,
      cause: error,
    });
  if (error instanceof CorruptContent) return damagedProblem(`Stored content is damaged. ${error.message}`, error);
  const missing = missingFromDatabase(error);
  if (missing !== undefined) return new Problem('not-migrated', `The database has ${missing}`, { cause: error });
  return new Problem('internal', 'Slipway failed to process the request', { cause: error });
}

/** R2's errors about itself, in production and on one machine. Others have codes of their own, such as 10007. */
const ofStore = /^\w+: (?:Unspecified error \(0\)|We encountered an internal error\..* \(10001\))$/;

function isOfStore(error: unknown): boolean {
  return error instanceof Error && (ofStore.test(error.message) || isOfStore(error.cause));
}

/** Returns text such as "no table plugins" if a query failed because migrations are pending. */
function missingFromDatabase(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const [, kind, name] = /no such (table|column): ([\w.]+)/.exec(cause.message) ?? [];
    if (name !== undefined) return `no ${kind} ${name}`;
  }
  return undefined;
}
