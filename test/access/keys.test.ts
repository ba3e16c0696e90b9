// Tests API key lookup: when keys end, how long an isolate caches them (D31), and what is stored.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { lookUpKey, newKeyCache } from '../../src/access/key-cache.ts';
import { newKeySecret } from '../../src/access/key-secret.ts';
import { keyLimits } from '../../src/contract/limits/keys-and-sessions.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { database } from '../../src/db/client.ts';
import { apiKeys } from '../../src/db/schema/access.ts';
import { clientOf } from '../support/client.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';
import { countedD1 } from '../support/database/round-trips.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { clientWithKey, keyOf, organization } from '../support/scenes/organization.ts';

const db = database(env.DB);

async function clockedOrganization() {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  const app = testApp({ clock });
  return { clock, org: await organization({ fetch: app.fetch }) };
}

test('a key ends when it expires, even if it is cached', async () => {
  const { clock, org } = await clockedOrganization();
  const key = await clientWithKey(org, { expiresAt: clock.now() + 5_000 });
  expect((await key.get(org.plugins)).status).toBe(200);
  clock.advance(4_999);
  expect((await key.get(org.plugins)).status).toBe(200);
  clock.advance(1);
  expect((await key.get(org.plugins)).status).toBe(401);
});

test('an expired or revoked key gets the same error as an unknown one', async () => {
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

test('a revoked key is cached for at most ten seconds', async () => {
  const { clock, org } = await clockedOrganization();
  expect((await org.get(org.plugins)).status).toBe(200);
  await db.update(apiKeys).set({ revokedAt: clock.now() }).where(eq(apiKeys.organizationId, org.id));
  clock.advance(9_999);
  expect((await org.get(org.plugins)).status).toBe(200);
  clock.advance(1);
  expect((await org.get(org.plugins)).status).toBe(401);
});

test('an unknown secret is not cached: a new key works immediately', async () => {
  const { org } = await clockedOrganization();
  const secret = await keyOf(org);
  const hash = await sha256Hex(secret);
  const [row] = await db.delete(apiKeys).where(eq(apiKeys.hash, hash)).returning();
  const key = clientOf(`Bearer ${secret}`, org.fetch);
  expect((await key.get(org.plugins)).status).toBe(401);
  if (row) await db.insert(apiKeys).values(row);
  expect((await key.get(org.plugins)).status).toBe(200);
});

test("only a key's SHA-256 and prefix are stored", async () => {
  const org = await organization();
  const [row] = await db.select().from(apiKeys).where(eq(apiKeys.organizationId, org.id)).limit(1);
  expect(row).toMatchObject({ hash: await sha256Hex(org.key), prefix: org.key.slice(0, 10) });
  expect(JSON.stringify(row)).not.toContain(org.key);
});

test('an unknown key costs one round trip, and a malformed one costs none', async () => {
  const { db: counted, during } = countedD1(env.DB);
  const { fetch } = testApp({ db: database(counted) });
  const request = (authorization: string) => () => clientOf(authorization, fetch).get('/v1/namespaces/default');
  expect(await during(request(`Bearer sk_${'x'.repeat(43)}`))).toBe(1);
  expect(await during(request('Bearer nonsense'))).toBe(0);
});

test('an isolate caches at most a thousand keys', async () => {
  const { deps } = testApp();
  const org = await organization();
  const cache = newKeyCache();
  const lookUp = (secret: string) => lookUpKey(deps, cache, secret, async () => {});
  const known = await lookUp(org.key);
  if (!known) throw new Error('the key was not found');
  for (let i = 1; i < keyLimits.cacheSize; i++) cache.set(`hash ${i}`, known, deps.clock.now());
  expect([keyLimits.cacheSize, cache.size]).toEqual([1000, 1000]);
  expect(await lookUp(await keyOf(org))).toMatchObject({ actor: { organizationId: org.id } });
  expect(cache.size).toBe(1);
});

test('secrets are random from their first character to their last', async () => {
  const secrets = await Promise.all(Array.from({ length: 200 }, newKeySecret));
  const charactersAt = (at: number) => new Set(secrets.map(({ secret }) => secret[at])).size;
  expect(secrets.every(({ secret }) => /^sk_[0-9A-Za-z]{43}$/.test(secret))).toBe(true);
  // The first character has only a few possible values, because 62^43 is 46 times 2^256 / 62.
  for (let at = 4; at < 46; at++) expect(charactersAt(at)).toBeGreaterThan(30);
  expect(new Set(secrets.map(({ prefix }) => prefix)).size).toBe(200);
});

test("recording a key's use costs one query every ten minutes", async () => {
  const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
  let trips = 0;
  const db = database(
    pausedD1(env.DB, async (nth) => {
      trips = nth;
    }),
  );
  const app = testApp({ clock, db });
  const org = await organization({ fetch: app.fetch });
  const tripsOfRead = async () => {
    const before = trips;
    await org.get('/v1/plugins');
    await app.settled();
    return trips - before;
  };
  const [lookUp, read, recordUse] = [1, 1, 1];
  expect(await tripsOfRead()).toBe(lookUp + read + recordUse);
  expect(await tripsOfRead()).toBe(read);
  clock.advance(10 * 60_000);
  expect(await tripsOfRead()).toBe(lookUp + read + recordUse);
});
