// Tests /v1/keys: creating, listing, rotating and revoking keys, and the permissions that one key can give another.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { scopes } from '../../src/contract/scopes.ts';
import { type Answer, type Client, clientOf } from '../support/client.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { eventsOf, eventTypesOf } from '../support/events.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../support/scenes/organization.ts';
import { zodMessage } from '../support/zod-message.ts';

const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
const minute = 60_000;
const app = testApp({ clock });
/** Another isolate, with a key cache of its own. */
const otherIsolate = testApp({ clock });
const isoIn = (ms: number) => new Date(clock.now() + ms).toISOString();

const createdModel = z.object({ key_id: z.string(), api_key: z.string() });

interface CreatedKey {
  id: string;
  path: string;
  secret: string;
  client: Client;
  /** Sends the same key to the other isolate. */
  otherClient: Client;
}

function createdKeyOf(answer: Answer): CreatedKey {
  if (answer.status !== 200) throw new Error(`answered with ${answer.status}: ${answer.text}`);
  const { key_id, api_key } = createdModel.parse(answer.body);
  const clientIn = ({ fetch }: typeof app) => clientOf(`Bearer ${api_key}`, fetch);
  return {
    id: key_id,
    path: `/v1/keys/${key_id}`,
    secret: api_key,
    client: clientIn(app),
    otherClient: clientIn(otherIsolate),
  };
}

/** Creates a key over HTTP, with the scope plugins:read by default. */
async function createKey(client: Client, fields: Record<string, unknown> = {}): Promise<CreatedKey> {
  return createdKeyOf(await client.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], ...fields }));
}

async function acme(): Promise<Organization> {
  return organization({ fetch: app.fetch });
}

async function statusOf(client: Client): Promise<number> {
  return (await client.post('/v1/namespaces/list')).status;
}

const idsModel = z.object({
  results: z.array(z.object({ key_id: z.string() })),
  pagination: z.object({ next_cursor: z.string().nullable() }),
});

async function listKeyIds(client: Client, query = ''): Promise<string[]> {
  return idsModel.parse((await client.get(`/v1/keys${query}`)).body).results.map(({ key_id }) => key_id);
}

describe('creating a key', () => {
  test('creating a key returns the whole key, which works; no other response contains the secret', async () => {
    const org = await acme();
    const expires_at = isoIn(minute);
    const fields = { scopes: ['plugins:read', 'plugins:read'], namespace_ids: [org.namespaceId], expires_at };
    const answer = await org.post('/v1/keys', { name: 'ci', ...fields });
    const key = createdKeyOf(answer);
    const shown = {
      key_id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      name: 'ci',
      prefix: key.secret.slice(0, 10),
      scopes: ['plugins:read'],
      namespace_ids: [org.namespaceId],
      path: null,
      status: 'active',
      created_at: isoIn(0),
      expires_at,
      last_used_at: null,
      revoked_at: null,
      previous_valid_until: null,
      person: null,
    };
    expect(answer.body).toEqual({ ...shown, api_key: expect.stringMatching(/^sk_[0-9A-Za-z]{43}$/) });
    expect((await org.get(key.path)).body).toEqual(shown);
    expect((await org.get('/v1/keys')).text).not.toContain(key.secret);
    expect((await key.client.get(org.plugins)).status).toBe(200);
  });

  test('a created key defaults to the namespaces and expiry of the key that creates it', async () => {
    const org = await acme();
    const namespaceIds = [org.namespaceId];
    const bound = await clientWithKey(org, { namespaceIds, expiresAt: clock.now() + minute });
    const { body } = await bound.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'] });
    expect(body).toMatchObject({ namespace_ids: namespaceIds, expires_at: isoIn(minute) });
  });

  test.each<[what: string, status: number, detail: string | RegExp, fields: (elsewhere: string) => object]>([
    ['a scope', 403, 'This key lacks the scope plugins:write', () => ({ scopes: ['plugins:read', 'plugins:write'] })],
    ['a namespace', 404, /^Namespace not found: ns_/, (elsewhere) => ({ namespace_ids: [elsewhere] })],
    [
      'time',
      403,
      /^This key expires at .* and cannot create or rotate a key that expires later$/,
      () => ({ expires_at: isoIn(minute + 1) }),
    ],
  ])('creating a key fails if it exceeds the creating key: %s', async (_what, status, detail, fields) => {
    const org = await acme();
    const elsewhere = await namespaceIn(org, 'elsewhere');
    const creator = await clientWithKey(org, {
      scopes: ['keys:admin', 'plugins:read'],
      namespaceIds: [org.namespaceId],
      expiresAt: clock.now() + minute,
    });
    const answer = await creator.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], ...fields(elsewhere) });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status,
      body: { detail: expect.stringMatching(detail) },
    });
  });

  test.each([
    [
      { expires_at: '2026-11-20T12:00:00Z' },
      ['body', 'expires_at'],
      '`expires_at` is in the past. Use a time in the future.',
    ],
    [{ scopes: [] }, ['body', 'scopes'], zodMessage(z.array(z.string()).min(1), [])],
    [{ name: '' }, ['body', 'name'], zodMessage(z.string().min(1), '')],
  ])('creating a key fails if a field is invalid: %j', async (fields, loc, msg) => {
    const answer = await (await acme()).post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], ...fields });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { detail: [{ loc, msg }] },
    });
  });
});

describe('the list of keys', () => {
  test('the list of keys has pages and a status filter', async () => {
    const org = await acme();
    const [first = ''] = await listKeyIds(org);
    const active = await createKey(org);
    const expired = await createKey(org, { expires_at: isoIn(1) });
    const revoked = await createKey(org);
    await org.del(revoked.path);
    clock.advance(1);
    expect(await listKeyIds(org)).toEqual([first, active.id, expired.id, revoked.id]);
    expect(await listKeyIds(org, '?status=active')).toEqual([first, active.id]);
    expect(await listKeyIds(org, '?status=expired')).toEqual([expired.id]);
    expect(await listKeyIds(org, '?status=revoked')).toEqual([revoked.id]);
    const { pagination } = idsModel.parse((await org.get('/v1/keys?limit=3')).body);
    expect(await listKeyIds(org, `?limit=3&cursor=${pagination.next_cursor}`)).toEqual([revoked.id]);
  });

  test('the list of keys contains, for a bound key, only keys limited to its namespaces', async () => {
    const org = await acme();
    const elsewhere = await namespaceIn(org, 'elsewhere');
    const here = await createKey(org, { namespace_ids: [org.namespaceId] });
    await createKey(org, { namespace_ids: [elsewhere] });
    await createKey(org, { namespace_ids: [org.namespaceId, elsewhere] });
    const { client, id } = await createKey(org, { scopes: ['keys:admin'], namespace_ids: [org.namespaceId] });
    expect(await listKeyIds(client)).toEqual([here.id, id]);
  });
});

test('the last use of a key is recorded after the response, at most once every ten minutes', async () => {
  const org = await acme();
  const key = await createKey(org);
  const lastUsed = async () => {
    await app.settled();
    return Object((await org.get(key.path)).body).last_used_at;
  };
  const first = isoIn(0);
  await statusOf(key.client);
  expect(await lastUsed()).toBe(first);
  clock.advance(10 * minute - 1);
  await statusOf(key.client);
  expect(await lastUsed()).toBe(first);
  clock.advance(1);
  await statusOf(key.client);
  expect(await lastUsed()).toBe(isoIn(0));
});

describe('rotating', () => {
  test('rotating a key returns a secret that works immediately; the previous one works for the overlap', async () => {
    const org = await acme();
    const key = await createKey(org);
    const answer = await org.post(`${key.path}/rotate`, { overlap_seconds: 30 });
    const rotated = createdKeyOf(answer);
    expect(answer.body).toMatchObject({
      key_id: key.id,
      prefix: rotated.secret.slice(0, 10),
      previous_valid_until: isoIn(30_000),
    });
    expect(await statusOf(rotated.client)).toBe(200);
    expect(await statusOf(key.client)).toBe(200);
    clock.advance(29_999);
    expect(await statusOf(key.client)).toBe(200);
    clock.advance(1);
    expect(await statusOf(key.client)).toBe(401);
    expect(await statusOf(rotated.client)).toBe(200);
    expect((await org.get(key.path)).body).toMatchObject({ previous_valid_until: null });
  });

  test('rotating a key without an overlap ends the previous secret within ten seconds', async () => {
    const org = await acme();
    const key = await createKey(org);
    expect(await statusOf(key.otherClient)).toBe(200);
    expect((await org.post(`${key.path}/rotate`)).body).toMatchObject({ previous_valid_until: null });
    expect(await statusOf(key.client)).toBe(401);
    clock.advance(9_999);
    expect(await statusOf(key.otherClient)).toBe(200);
    clock.advance(1);
    expect(await statusOf(key.otherClient)).toBe(401);
  });

  test('rotating a key twice keeps the two newest secrets', async () => {
    const org = await acme();
    const key = await createKey(org);
    const second = createdKeyOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
    const third = createdKeyOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
    expect(await Promise.all([key, second, third].map(({ client }) => statusOf(client)))).toEqual([401, 200, 200]);
  });

  test('a key cannot rotate a more powerful one', async () => {
    const org = await acme();
    const limited = await createKey(org, { scopes: ['keys:admin'] });
    const other = await createKey(org);
    const { status, body } = await limited.client.post(`${other.path}/rotate`);
    expect({ status, body }).toMatchObject({ status: 403, body: { detail: 'This key lacks the scope plugins:read' } });
  });

  test('rotating a key does not extend the previous secret beyond its overlap', async () => {
    const org = await acme();
    const key = await createKey(org, { scopes: ['keys:admin'] });
    expect(await statusOf(key.otherClient)).toBe(200);
    await org.post(`${key.path}/rotate`, { overlap_seconds: 60 });
    const fields = { name: 'next', scopes: ['keys:admin'] };
    expect((await key.otherClient.post('/v1/keys', fields)).status).toBe(401);
    expect((await key.client.post(`${key.path}/rotate`)).body).toMatchObject({
      detail: `This key expires at ${isoIn(minute)} and cannot create or rotate a key that expires later`,
    });
    expect((await key.client.post('/v1/keys', fields)).body).toMatchObject({ expires_at: isoIn(minute) });
  });

  test('rotating a key three times concurrently returns one new secret', async () => {
    const org = await acme();
    const key = await createKey(org);
    const answers = await Promise.all([1, 2, 3].map(() => org.post(`${key.path}/rotate`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const [successful] = answers.filter(({ status }) => status === 200);
    if (successful) expect(await statusOf(createdKeyOf(successful).client)).toBe(200);
  });
});

describe('revoking', () => {
  test('revoking a key ends both secrets within ten seconds and cannot be undone', async () => {
    const org = await acme();
    const key = await createKey(org);
    const rotated = createdKeyOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
    expect(await Promise.all([key, rotated].map(({ otherClient }) => statusOf(otherClient)))).toEqual([200, 200]);
    const revoked_at = isoIn(0);
    const result = { status: 200, body: { key_id: key.id, status: 'revoked', revoked_at, previous_valid_until: null } };
    expect(await org.del(key.path)).toMatchObject(result);
    expect(await Promise.all([key, rotated].map(({ client }) => statusOf(client)))).toEqual([401, 401]);
    clock.advance(10_000);
    expect(await Promise.all([key, rotated].map(({ otherClient }) => statusOf(otherClient)))).toEqual([401, 401]);
    expect(await org.del(key.path)).toMatchObject(result);
    const { status, body } = await org.post(`${key.path}/rotate`);
    expect({ status, body }).toMatchObject({ status: 409, body: { detail: 'The key is revoked' } });
  });

  test('revoking fails for the last key that manages all keys, unless allow_last is set', async () => {
    const org = await acme();
    const [first = ''] = await listKeyIds(org);
    await createKey(org, { scopes: ['keys:admin'], namespace_ids: [org.namespaceId] });
    await createKey(org, { scopes: ['keys:admin'], expires_at: isoIn(1) });
    clock.advance(1);
    const answer = await org.del(`/v1/keys/${first}`);
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 409,
      body: {
        detail:
          'This is the last active key with keys:admin for all namespaces. Create another one first, or repeat with allow_last=true.',
      },
    });
    expect((await org.del(`/v1/keys/${first}?allow_last=true`)).body).toMatchObject({ status: 'revoked' });
  });

  test('revoking the last two keys concurrently leaves one', async () => {
    const org = await acme();
    const [first = ''] = await listKeyIds(org);
    const second = await createKey(org, { scopes: ['keys:admin'] });
    const answers = await Promise.all([org.del(second.path), org.del(`/v1/keys/${first}`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test.each<[what: string, act: (revoked: Client, other: CreatedKey) => Promise<Answer>]>([
    ['create a successor', (revoked) => revoked.post('/v1/keys', { name: 'next', scopes: ['plugins:read'] })],
    ['rotate another', (revoked, { path }) => revoked.post(`${path}/rotate`)],
    ['revoke another', (revoked, { path }) => revoked.del(path)],
  ])('a revocation takes effect immediately for a cached key that would %s', async (_what, act) => {
    const org = await acme();
    const other = await createKey(org);
    const key = await createKey(org, { scopes });
    expect(await statusOf(key.otherClient)).toBe(200);
    await org.del(key.path);
    const before = (await eventsOf(org)).length;
    expect((await act(key.otherClient, other)).status).toBe(401);
    expect(await eventTypesOf(org, before)).toEqual([]);
    expect(await statusOf(other.client)).toBe(200);
  });
});

test('each change is recorded as an event', async () => {
  const org = await acme();
  const before = (await eventsOf(org)).length;
  const key = await createKey(org);
  const { secret } = createdKeyOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
  await org.del(key.path);
  const events = (await eventsOf(org)).slice(before);
  const prefix = secret.slice(0, 10);
  expect(events.map(({ type, subjectId, data }) => ({ type, subjectId, data }))).toEqual([
    {
      type: 'key.created',
      subjectId: key.id,
      data: {
        name: 'ci',
        prefix: key.secret.slice(0, 10),
        scopes: ['plugins:read'],
        namespace_ids: null,
        expires_at: null,
      },
    },
    { type: 'key.rotated', subjectId: key.id, data: { name: 'ci', prefix, previous_valid_until: isoIn(minute) } },
    { type: 'key.revoked', subjectId: key.id, data: { name: 'ci', prefix } },
  ]);
});

test('a key sees its own organization', async () => {
  const org = await organization({ fetch: app.fetch });
  expect(await org.get('/v1/keys/self')).toMatchObject({
    status: 200,
    body: { organization_id: org.id, organization_name: expect.any(String), status: 'active' },
  });
});
