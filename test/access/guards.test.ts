// Tests the guards that back up a first check. Each holds on its own, even if something changes between the check and the write.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { type Actor, anonymousActor, withoutKey } from '../../src/access/actor.ts';
import { requireCovers } from '../../src/access/keys.ts';
import { markNamespaceDeleted, updateNamespace } from '../../src/access/namespaces.ts';
import { requireOrganizationKey, selectOwner } from '../../src/access/owners.ts';
import { scopes } from '../../src/contract/scopes.ts';
import type { NamespaceId } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { namespaces } from '../../src/db/schema/access.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { testApp } from '../support/deps.ts';
import { eventsOf } from '../support/events.ts';
import { namespaceIn, type Organization, organization } from '../support/scenes/organization.ts';

const { deps } = testApp();

function ownerOf(org: Organization): Actor {
  return {
    ...withoutKey,
    ref: { type: 'key', id: 'key_test' },
    organizationId: org.id,
    scopes: new Set(scopes),
    namespaceIds: null,
  };
}

const typesOf = async (org: Organization) => (await eventsOf(org)).map(({ type }) => type);

test('a namespace deleted between its check and the update stays unchanged', async () => {
  const org = await organization();
  const id = await namespaceIn(org, 'staging');
  const owner = ownerOf(org);
  const db = database(
    pausedD1(env.DB, async (nth) => {
      if (nth === 2) await markNamespaceDeleted(deps, owner, id);
    }),
  );
  const updating = updateNamespace({ ...deps, db }, owner, id, { description: 'late' });
  await expect(updating).rejects.toMatchObject({ code: 'not-found' });
  const [row] = await deps.db.select().from(namespaces).where(eq(namespaces.id, id));
  expect([row?.description, (await typesOf(org)).slice(-1)]).toEqual([null, ['namespace.deleted']]);
});

test('a namespace can be deleted only once, and only by its organization', async () => {
  const org = await organization();
  const id = await namespaceIn(org, 'staging');
  const before = await typesOf(org);
  await markNamespaceDeleted(deps, ownerOf(await organization()), id);
  expect(await typesOf(org)).toEqual(before);
  await markNamespaceDeleted(deps, { ...ownerOf(org), namespaceIds: new Set([org.namespaceId]) }, id);
  expect(await typesOf(org)).toEqual(before);
  await markNamespaceDeleted(deps, ownerOf(org), id);
  await markNamespaceDeleted(deps, ownerOf(org), id);
  expect(await typesOf(org)).toEqual([...before, 'namespace.deleted']);
});

test("a bound key can't grant a key for another namespace", async () => {
  const org = await organization();
  const other = await namespaceIn(org, 'staging');
  const bound = { ...ownerOf(org), namespaceIds: new Set([org.namespaceId]) };
  const key = { scopes: [], expiresAt: null };
  expect(() => requireCovers(bound, { ...key, namespaceIds: [org.namespaceId] })).not.toThrow();
  expect(() => requireCovers(bound, { ...key, namespaceIds: [org.namespaceId, other] })).toThrow(
    `Namespace not found: ${other}`,
  );
});

test("a key bound to no namespace is neither an organization's nor a namespace's key", async () => {
  const org = await organization();
  const bound = { ...ownerOf(org), namespaceIds: new Set<NamespaceId>() };
  expect(() => requireOrganizationKey(bound)).toThrow('This key is bound to namespaces');
  expect(await selectOwner(deps.db, bound, org.namespaceId)).toEqual([]);
  expect(await selectOwner(deps.db, ownerOf(org), org.namespaceId)).toEqual([{ id: org.namespaceId }]);
});

test('an anonymous request can only read, write, deploy and call plugins', async () => {
  const { id } = await organization();
  expect([...anonymousActor(id).scopes]).toEqual(['plugins:read', 'plugins:write', 'plugins:deploy', 'plugins:invoke']);
});
