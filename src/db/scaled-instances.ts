// Adds up the instances that the plugins of an organization may have, or keep awake.
import { type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { NamespaceId, OrganizationId, PluginRowId } from '../core/ids.ts';
import { deployments, isScaled } from './schema/deploy.ts';

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
