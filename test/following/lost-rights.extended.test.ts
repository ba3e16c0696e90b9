// Tests on the real Worker that a stream ends with the right of its caller, however the caller was let in, and whatever ended the right.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { sha256Hex } from '../../src/core/digest.ts';
import { database } from '../../src/db/client.ts';
import { apiKeys } from '../../src/db/schema/access.ts';
import { clientOf } from '../support/client.ts';
import { logToFollow, openStream } from '../support/scenes/followed-logs.ts';
import { keyOf, namespaceIn, type Organization, organization } from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';

const db = database(env.DB);
let org: Organization;
let path: string;
beforeAll(async () => {
  org = await organization();
  path = await logToFollow(org);
});

interface Caller {
  headers: Record<string, string>;
  /** Ends the caller's right. */
  lose(): Promise<unknown>;
}

async function withKey(lose: (key: string) => Promise<unknown>): Promise<Caller> {
  const key = await keyOf(org);
  return { headers: { authorization: `Bearer ${key}` }, lose: () => lose(key) };
}

async function change(key: string, fields: Partial<typeof apiKeys.$inferInsert>): Promise<void> {
  await db
    .update(apiKeys)
    .set(fields)
    .where(eq(apiKeys.hash, await sha256Hex(key)));
}

async function signedOut(): Promise<Caller> {
  const key = await keyOf(org);
  const { body, headers } = await clientOf(`Bearer ${key}`).send('POST', '/v1/session');
  const cookie = (headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const csrf = z.object({ csrf_token: z.string() }).parse(body).csrf_token;
  const sent = { cookie, 'sec-fetch-site': 'same-origin', 'slipway-csrf': csrf };
  return { headers: sent, lose: () => clientOf(null).send('DELETE', '/v1/session', { headers: sent }) };
}

const losing: Record<string, () => Promise<Caller>> = {
  'a key is revoked': () => withKey((key) => change(key, { revokedAt: Date.now() })),
  'a key expires': () => withKey((key) => change(key, { expiresAt: Date.now() - 1 })),
  'a key loses its scope': () => withKey((key) => change(key, { scopes: ['plugins:invoke'] })),
  'a key loses its namespace': () =>
    withKey(async (key) => change(key, { namespaceIds: [await namespaceIn(org, 'elsewhere')] })),
  'a rotation ends the secret': () =>
    withKey((key) => change(key, { hash: crypto.randomUUID(), previousHash: null, previousUntil: null })),
  'a browser signs out': signedOut,
};

test.each(Object.entries(losing))(
  'a stream ends after %s, and one of another caller continues',
  async (_what, make) => {
    const caller = await make();
    const other = await openStream(org, path, { authorization: `Bearer ${org.key}` });
    const stream = await openStream(org, path, caller.headers);
    await caller.lose();
    await waitFor(() => expect(stream.hasEnded).toBe(true));
    expect(other.hasEnded).toBe(false);
    await other.close();
  },
);
