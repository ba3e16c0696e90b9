// Conditions on pointers, which only promote.ts moves.
import { and, eq, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import type { DeploymentId, NamespaceId, PluginRowId, VersionId } from '../core/ids.ts';
import { livePointers } from '../db/schema/deploy.ts';

const pointer = alias(livePointers, 'pointer');

export function isPointerTo(namespaceId: NamespaceId, subjectId: VersionId | PluginRowId): SQL | undefined {
  return and(eq(livePointers.namespaceId, namespaceId), eq(livePointers.subjectId, subjectId));
}

/** SQL: a pointer names this deployment. */
export function isPointerTarget(deploymentId: SQL | DeploymentId): SQL {
  return sql`exists (select 1 from ${livePointers} ${pointer} where ${pointer.targetId} = ${deploymentId})`;
}

export function lastTicket(namespaceId: NamespaceId, pluginId: PluginRowId): SQL<number> {
  return sql<number>`(select ${livePointers.lastTicket} from ${livePointers} where ${isPointerTo(namespaceId, pluginId)})`;
}

/** SQL: the plugin's name has a live version. */
export function nameIsServed(namespaceId: NamespaceId, pluginId: PluginRowId): SQL {
  return sql`exists (select 1 from ${livePointers} ${pointer} where ${pointer.namespaceId} = ${namespaceId} and ${pointer.subjectId} = ${pluginId} and ${pointer.targetId} is not null)`;
}

/** SQL: the version has a live deployment. */
export function isLive(namespaceId: NamespaceId | SQL, versionId: VersionId | SQL): SQL {
  return sql`exists (select 1 from ${livePointers} ${pointer} where ${pointer.namespaceId} = ${namespaceId} and ${pointer.subjectId} = ${versionId} and ${pointer.targetId} is not null)`;
}
