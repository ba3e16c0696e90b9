// IDs of the applications and instances that work on runs.
import { sql } from 'drizzle-orm';
import type { DeploymentId, RunId } from '../core/ids.ts';
import { runs } from './schema/runs.ts';

const separator = '-';
const runChars = 12;

/** Returns the deployment's ID with the end of the run's ID appended. */
export function runApplicationId(id: DeploymentId, run: RunId): string {
  return id + separator + run.slice(-runChars);
}

/** Returns the end of the run's ID from the ID of a run's application or instance. */
export function instanceRunId(id: string): string | undefined {
  const [, run] = id.split(separator);
  return run?.length === runChars ? run : undefined;
}

/** SQL: the application ID of a run in the table. */
export const applicationOfRun = sql`${runs.deploymentId} || ${separator} || substr(${runs.id}, ${sql.raw(String(-runChars))})`;
