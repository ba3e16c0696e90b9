// Keys in time: when they end, how long the isolate remembers them (D31), and what is kept of them.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../src/core/digest.ts';
import { database } from '../../src/db/client.ts';
import { apiKeys } from '../../src/db/schema/access.ts';
import { clientOf } from '../support/client.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { clientWithKey, keyOf, organization } from '../support/organization.ts';
import { countedD1 } from '../support/round-trips.ts';

const db = database(env.DB);

async function clockedOrganization() {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const app = testApp({ clock });
  return { clock, org: await organization({ fetch: app.fetch }) };
}

test('a key ends at the moment it expires, remembered or not', async () => {
  const { clock, org } = await clockedOrganization();
  const key = await clientWithKey(org, { expiresAt: clock.now() + 5_000 });
  expect((await key.get(org.plugins)).status).toBe(200);
  clock.advance(4_999);
  expect((await key.get(org.plugins)).status).toBe(200);
  clock.advance(1);
  expect((await key.get(org.plugins)).status).toBe(401);
});

test('a key that has expired or was revoked is told like an unknown one', async () => {
  const { clock, org } = await clockedOrganization();
  const keys = [
    await clientWithKey(org, { expiresAt: clock.now() }),
    await clientWithKey(org, { revokedAt: clock.now() - 1 }),
    clientOf(`Bearer sk_${'x'.repeat(43)}`, org.fetch),
  ];
  for (const key of keys) {
    const { status, body } = await key.get(org.plugins);
    expect({ status, body }).toMatchObject({ status: 401, body: { detail: 'The API key is not valid' } });
  }
});

test('a key that is revoked is remembered for ten seconds at most', async () => {
  const { clock, org } = await clockedOrganization();
  expect((await org.get(org.plugins)).status).toBe(200);
  await db.update(apiKeys).set({ revokedAt: clock.now() }).where(eq(apiKeys.organizationId, org.id));
  clock.advance(9_999);
  expect((await org.get(org.plugins)).status).toBe(200);
  clock.advance(1);
  expect((await org.get(org.plugins)).status).toBe(401);
});

test('a new key works at once where its secret was refused before', async () => {
  const { org } = await clockedOrganization();
  const secret = await keyOf(org);
  const hash = await sha256Hex(secret);
  const [row] = await db.delete(apiKeys).where(eq(apiKeys.hash, hash)).returning();
  const key = clientOf(`Bearer ${secret}`, org.fetch);
  expect((await key.get(org.plugins)).status).toBe(401);
  if (row) await db.insert(apiKeys).values(row);
  expect((await key.get(org.plugins)).status).toBe(200);
});

test('a key is kept as its SHA-256 and its beginning only', async () => {
  const org = await organization();
  const row = await db.query.apiKeys.findFirst({ where: eq(apiKeys.organizationId, org.id) });
  expect(row).toMatchObject({ hash: await sha256Hex(org.key), prefix: org.key.slice(0, 10) });
  expect(JSON.stringify(row)).not.toContain(org.key);
});

test('a wrong key costs one round trip, and one that is no key none', async () => {
  const { db: counted, during } = countedD1(env.DB);
  const { fetch } = testApp({ db: database(counted) });
  const ask = (authorization: string) => () => clientOf(authorization, fetch).get('/v1/namespaces/default');
  expect(await during(ask(`Bearer sk_${'x'.repeat(43)}`))).toBe(1);
  expect(await during(ask('Bearer nonsense'))).toBe(0);
});
