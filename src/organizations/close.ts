// Closes an organization whose deletion is due: one batch makes all its data unreachable. The sweeps for deleted namespaces
// and of features then remove what is theirs, and remove.ts removes everything else.
import { and, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import { systemActor } from '../contract/actor.ts';
import type { OrganizationId } from '../core/ids.ts';
import { previousChanged } from '../db/client.ts';
import { apiKeys, browserSessions, namespaces, organizations } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';

/** *Dies:* the organization is either closed or still due. If a cancellation came first, it stays open. */
export async function closeOrganization(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'features'>,
  id: OrganizationId,
): Promise<void> {
  const { db, clock } = deps;
  const now = clock.now();
  const isDue = and(eq(organizations.id, id), isNull(organizations.closedAt), lte(organizations.deletionDueAt, now));
  const isClosed = sql`exists (select 1 from ${organizations} where ${organizations.id} = ${id} and ${organizations.closedAt} is not null)`;
  const event = { organizationId: id, namespaceId: null, subjectId: id, actor: systemActor };
  const ownKeys = db.select({ id: apiKeys.id }).from(apiKeys).where(eq(apiKeys.organizationId, id));
  await db.batch([
    db.update(organizations).set({ closedAt: now }).where(isDue),
    record(deps, { ...event, type: 'organization.closed' }, previousChanged),
    db
      .update(apiKeys)
      .set({ revokedAt: now })
      .where(and(eq(apiKeys.organizationId, id), isNull(apiKeys.revokedAt), isClosed)),
    db.delete(browserSessions).where(and(inArray(browserSessions.keyId, ownKeys), isClosed)),
    db
      .update(namespaces)
      .set({ deletedAt: now, updatedAt: now })
      .where(and(eq(namespaces.organizationId, id), isNull(namespaces.deletedAt), isClosed)),
    ...deps.features.flatMap((feature) => feature.closing?.(db, { id, now, isClosed }) ?? []),
  ]);
}
