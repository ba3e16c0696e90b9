// Stores and removes secrets in the database, for tests of what reads them.
import { and, eq, sql } from 'drizzle-orm';
import type { NamespaceId } from '../../../src/core/ids.ts';
import { namespaces } from '../../../src/db/schema/access.ts';
import { secrets } from '../../../src/db/schema/models.ts';
import { sealValue } from '../../../src/instances/secrets/sealed-values.ts';
import { testApp } from '../deps.ts';

interface Named {
  namespaceId: NamespaceId;
  name: string;
}

/** Stores a secret that the namespace doesn't have. */
export async function storeSecret({ value, ...named }: Named & { value: string }): Promise<void> {
  const { clock, dataKey, db, ids } = testApp().deps;
  const { namespaceId } = named;
  const revision = sql<number>`coalesce(${namespaces.secretRevision}, 0) + 1`;
  await db.update(namespaces).set({ secretRevision: revision }).where(eq(namespaces.id, namespaceId));
  await db.insert(secrets).values({
    ...named,
    id: ids('secret'),
    sealed: await sealValue({ dataKey }, named, value),
    revision: sql`(select ${namespaces.secretRevision} from ${namespaces} where ${namespaces.id} = ${namespaceId})`,
    restartDue: false,
    createdAt: clock.now(),
    updatedAt: clock.now(),
    updatedBy: { type: 'system', id: 'tests' },
  });
}

export async function removeSecret({ name, namespaceId }: Named): Promise<void> {
  const isNamed = and(eq(secrets.namespaceId, namespaceId), eq(secrets.name, name));
  await testApp().deps.db.delete(secrets).where(isNamed);
}
