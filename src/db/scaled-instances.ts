// Sums up the instances that an organization's plugins may have, or keep awake.
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { DeploymentId, NamespaceId, OrganizationId, PluginRowId, RunId } from '../core/ids.ts';
import { deployments, isScaled } from './schema/deploy.ts';
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

const scaled = alias(deployments, 'scaled');

/** A plugin in a namespace. */
export interface Target {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
}

/** SQL: the number of instances that plugins may have, or keep awake. Uses the index of deployments that set it. */
export function scaledInstances(organizationId: OrganizationId, field: 'min' | 'max', except?: Target): SQL<number> {
  const { namespaceId, pluginId } = scaled;
  const others = except
    ? sql` and not (${namespaceId} = ${except.namespaceId} and ${pluginId} = ${except.pluginId})`
    : sql.empty();
  const most = sql`select max(${scaled.scaling} ->> ${sql.raw(`'$.${field}'`)}) as most from ${deployments} ${scaled}
    where ${isScaled(scaled)} and ${scaled.organizationId} = ${organizationId}${others} group by ${namespaceId}, ${pluginId}`;
  return sql<number>`(select coalesce(sum(most), 0) from (${most}))`;
}
