// Adds up the instances that the plugins of an organization may have, or keep awake.
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { DeploymentId, NamespaceId, OrganizationId, PluginRowId, RunId } from '../core/ids.ts';
import { deployments, isScaled } from './schema/deploy.ts';
import { runs } from './schema/runs.ts';

const separator = '-';
const runChars = 12;

/** Returns the ID of the deployment with the end of that of the run. */
export function runApplicationId(id: DeploymentId, run: RunId): string {
  return id + separator + run.slice(-runChars);
}

/** Returns the end of the run's ID, of the ID of an application, or of an instance, that is a run's. */
export function instanceRunId(id: string): string | undefined {
  const [, run] = id.split(separator);
  return run?.length === runChars ? run : undefined;
}

/** SQL: the ID of the application of a run of the table. */
export const applicationOfRun = sql`${runs.deploymentId} || ${separator} || substr(${runs.id}, ${sql.raw(String(-runChars))})`;

const scaled = alias(deployments, 'scaled');

/** A plugin in a namespace. */
export interface Target {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
}

/** SQL: the instances that plugins may have, or keep awake. Walks the index of deployments that say how many. */
export function scaledInstances(organizationId: OrganizationId, field: 'min' | 'max', except?: Target): SQL<number> {
  const { namespaceId, pluginId } = scaled;
  const others = except
    ? sql` and not (${namespaceId} = ${except.namespaceId} and ${pluginId} = ${except.pluginId})`
    : sql.empty();
  const most = sql`select max(${scaled.scaling} ->> ${sql.raw(`'$.${field}'`)}) as most from ${deployments} ${scaled}
    where ${isScaled(scaled)} and ${scaled.organizationId} = ${organizationId}${others} group by ${namespaceId}, ${pluginId}`;
  return sql<number>`(select coalesce(sum(most), 0) from (${most}))`;
}
