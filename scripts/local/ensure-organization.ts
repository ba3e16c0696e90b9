// Creates the organization of a local state folder, and writes local.json with the URL and API key of the local server.
import { eq, sql } from 'drizzle-orm';
import { createKey, keyState } from '../../src/access/keys.ts';
import { createOrganization, operatorActor } from '../../src/access/organizations.ts';
import { systemActor } from '../../src/contract/events/events.ts';
import { scopes } from '../../src/contract/scopes.ts';
import { systemClock } from '../../src/core/clock.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { idSource, type OrganizationId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { apiKeys, namespaces } from '../../src/db/schema/access.ts';
import type { Deps } from '../../src/deps.ts';
import { type Local, localFile, localSchema } from './organization.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

const quotas = { plugins_per_namespace: 1000 };

/** Reuses an earlier start's organization. Replaces a rotated or revoked key; creates a new organization if the namespace is gone. */
export async function ensureLocalOrganization(
  d1: D1Database,
  state: string,
  reach: Pick<Local, 'url' | 'admin_token' | 'builder_url'>,
): Promise<{ local: Local; organizationId: OrganizationId }> {
  const deps = { db: database(d1), ids: idSource(systemClock.now), clock: systemClock };
  const stored = await readPrivateJson(localFile(state), localSchema);
  const { organizationId, ...identity } =
    (stored && (await restoreIdentity(deps, stored))) ?? (await createIdentity(deps));
  const { url, admin_token, builder_url } = reach;
  const local = { url, ...identity, admin_token, builder_url };
  await writePrivateJson(localFile(state), local);
  return { local, organizationId };
}

interface Identity extends Pick<Local, 'api_key' | 'namespace_id'> {
  organizationId: OrganizationId;
}

type LocalDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

async function restoreIdentity(deps: LocalDeps, { api_key, namespace_id }: Local): Promise<Identity | undefined> {
  const { db, clock } = deps;
  const [namespace] = await db
    .select()
    .from(namespaces)
    .where(eq(sql`${namespaces.id}`, namespace_id))
    .limit(1);
  if (!namespace) return undefined;
  const { organizationId } = namespace;
  const [key] = await db
    .select()
    .from(apiKeys)
    .where(eq(apiKeys.hash, await sha256Hex(api_key)))
    .limit(1);
  if (key && keyState(key, clock.now()) === 'active') return { api_key, namespace_id, organizationId };
  const operator = await operatorActor(deps, organizationId, systemActor);
  const made = await createKey(deps, operator, { name: 'local', scopes: [...scopes], namespaceIds: null });
  return { api_key: made.secret, namespace_id, organizationId };
}

async function createIdentity(deps: LocalDeps): Promise<Identity> {
  const made = await createOrganization({ ...deps, jurisdiction: null }, { name: 'local', actor: systemActor, quotas });
  return { api_key: made.key, namespace_id: made.namespaceId, organizationId: made.organizationId };
}
