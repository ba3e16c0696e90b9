// Orders the requests for a plugin's name. Each request takes a ticket, and the name goes to the newest one that is ready: a deployment of
// the active version, a release, or a rollback. A rollback that a person requests comes after the requests still under way. Automatic moves,
// and those that follow from an undeployment or a release's end, come right after the request that had the name, so that newer requests
// still get it, whichever ends first.
import { and, eq, lt, type SQL, sql } from 'drizzle-orm';
import type { NamespaceId, PluginRowId } from '../core/ids.ts';
import { insertWhere, type Statement } from '../db/client.ts';
import { deployments, isUnfinished, livePointers } from '../db/schema/deploy.ts';
import type { Deps } from '../deps.ts';
import { isPointerTo } from './pointers.ts';

type WriteDeps = Pick<Deps, 'db' | 'clock'>;

export interface Name {
  namespaceId: NamespaceId;
  pluginId: PluginRowId;
}

/** Takes the next ticket of (namespace, plugin) if the condition holds. The ticket is stored in the by-name pointer's row. */
export function takeTicket(
  { db, clock }: WriteDeps,
  namespaceId: NamespaceId,
  pluginId: PluginRowId,
  condition: SQL,
): Statement {
  const row = { namespaceId, subjectId: pluginId, targetId: null, ticket: 0, lastTicket: 1, updatedAt: clock.now() };
  return insertWhere(
    db,
    livePointers,
    row,
    condition,
    sql`on conflict do update set last_ticket = last_ticket + 1, updated_at = excluded.updated_at`,
  );
}

/** SQL: the ticket of the request that has the name, or for which a release moves calls. */
export function nameTicket({ namespaceId, pluginId }: Name): SQL<number> {
  return sql<number>`(select ${livePointers.ticket} from ${livePointers} where ${isPointerTo(namespaceId, pluginId)})`;
}

/**
 * Makes room for a move right after the request that has the name: the newer ones under way come one later. The batch has just taken a
 * ticket, and moves the name with `nameTicket` + 1.
 */
export function passNewer({ db }: WriteDeps, name: Name, condition: SQL | undefined): Statement {
  return db
    .update(deployments)
    .set({ ticket: sql`${deployments.ticket} + 1` })
    .where(and(isNewerRequest(name), condition));
}

/** SQL over rows of deployments: under way, and requested after what has the name. */
export function isNewerRequest(name: Name): SQL | undefined {
  const ofPlugin = and(eq(deployments.namespaceId, name.namespaceId), eq(deployments.pluginId, name.pluginId));
  return and(ofPlugin, isUnfinished(), sql`${deployments.ticket} > ${nameTicket(name)}`);
}

/** Keeps requests from before this ticket from the name, which stays where it is: a release began to move its calls. */
export function closeToOlder({ db }: WriteDeps, name: Name, ticket: SQL<number>, condition: SQL): Statement {
  return db
    .update(livePointers)
    .set({ ticket })
    .where(and(isPointerTo(name.namespaceId, name.pluginId), lt(livePointers.ticket, ticket), condition));
}
