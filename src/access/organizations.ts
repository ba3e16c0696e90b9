// Organizations are made by the operator only: with the admin token, or by the start script for the local one.
import { sql } from 'drizzle-orm';
import type { ActorRef } from '../contract/events.ts';
import { scopes } from '../contract/scopes.ts';
import { apiKeys, namespaces, organizations, quotas } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { keyCreated, newKey } from './keys.ts';

export const defaultNamespaceName = 'default';

export interface NewOrganization {
  name: string;
  actor: ActorRef;
  /** Distinct plugin names in one namespace; the default quota when left out. */
  pluginsPerNamespaceMax?: number;
}

/** The organization, its namespace `default` (D20) and its first key, which may do everything. The key is shown here only. */
export async function createOrganization(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  { name, actor, pluginsPerNamespaceMax }: NewOrganization,
) {
  const { db, ids, clock } = deps;
  const createdAt = clock.now();
  const organizationId = ids('organization');
  const namespaceId = ids('namespace');
  const { secret, row: key } = await newKey(deps, {
    organizationId,
    name: 'first key',
    scopes: [...scopes],
    namespaceIds: null,
    expiresAt: null,
  });
  const always = sql`true`;
  const event = { organizationId, namespaceId: null, actor };
  await db.batch([
    db.insert(organizations).values({ id: organizationId, name, createdAt }),
    db.insert(namespaces).values({
      id: namespaceId,
      organizationId,
      name: defaultNamespaceName,
      type: 'standard',
      featureExtractors: [],
      settings: {},
      createdAt,
      updatedAt: createdAt,
    }),
    db.insert(apiKeys).values(key),
    ...(pluginsPerNamespaceMax === undefined
      ? []
      : [
          db
            .insert(quotas)
            .values({ organizationId, resource: 'plugins_per_namespace' as const, maxAllowed: pluginsPerNamespaceMax }),
        ]),
    record(deps, { ...event, type: 'organization.created', subjectId: organizationId, data: { name } }, always),
    record(
      deps,
      {
        ...event,
        type: 'namespace.created',
        namespaceId,
        subjectId: namespaceId,
        data: { name: defaultNamespaceName },
      },
      always,
    ),
    keyCreated(deps, actor, key, always),
  ]);
  return { organizationId, namespaceId, keyId: key.id, key: secret, createdAt };
}
