// Names the applications of runs on Ray clusters, in the database and outside of it: all processes of a run are of one.
import { sql } from 'drizzle-orm';
import type { DeploymentId, RunId } from '../core/ids.ts';
import { runs } from './schema/runs.ts';

const separator = '-';
const runChars = 12;

/** Returns the ID of the deployment with the end of that of the run. */
export function runApplicationId(id: DeploymentId, run: RunId): string {
  return id + separator + run.slice(-runChars);
}

/** Returns the end of the run's ID, of the ID of an application, or of an instance, that is a run's. */
export function runOfInstance(id: string): string | undefined {
  const [, run] = id.split(separator);
  return run?.length === runChars ? run : undefined;
}

/** SQL: the ID of the application of a run of the table. */
export const applicationOfRun = sql`${runs.deploymentId} || ${separator} || substr(${runs.id}, ${sql.raw(String(-runChars))})`;
