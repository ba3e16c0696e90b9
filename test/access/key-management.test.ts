// /v1/keys: made, listed, rotated, revoked; what a key may give to another, and how it ends.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { scopes } from '../../src/contract/scopes.ts';
import { type Answer, type Client, clientOf } from '../support/client.ts';
import { clockAt, testApp } from '../support/deps.ts';
import { eventsOf, eventTypesOf } from '../support/events.ts';
import { clientWithKey, namespaceIn, type Organization, organization } from '../support/organization.ts';

const clock = clockAt(Date.parse('2026-11-20T12:00:00Z'));
const minute = 60_000;
const app = testApp({ clock });
/** Another isolate: what it remembers of keys is its own. */
const isolate = testApp({ clock });
const isoIn = (ms: number) => new Date(clock.now() + ms).toISOString();

const madeModel = z.object({ key_id: z.string(), api_key: z.string() });

interface Made {
  id: string;
  path: string;
  secret: string;
  client: Client;
  /** The same key, sent to the other isolate. */
  there: Client;
}

function madeOf(answer: Answer): Made {
  if (answer.status !== 200) throw new Error(`answered with ${answer.status}: ${answer.text}`);
  const { key_id, api_key } = madeModel.parse(answer.body);
  const clientIn = ({ fetch }: typeof app) => clientOf(`Bearer ${api_key}`, fetch);
  return {
    id: key_id,
    path: `/v1/keys/${key_id}`,
    secret: api_key,
    client: clientIn(app),
    there: clientIn(isolate),
  };
}

/** A key made over HTTP, with plugins:read unless said otherwise. */
async function made(by: Client, given: Record<string, unknown> = {}): Promise<Made> {
  return madeOf(await by.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], ...given }));
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

async function listed(by: Client, query = ''): Promise<string[]> {
  return idsModel.parse((await by.get(`/v1/keys${query}`)).body).results.map(({ key_id }) => key_id);
}

describe('a key that is made', () => {
  test('is told whole, works, and keeps its secret to that answer', async () => {
    const org = await acme();
    const expires_at = isoIn(minute);
    const given = { scopes: ['plugins:read', 'plugins:read'], namespace_ids: [org.namespaceId], expires_at };
    const answer = await org.post('/v1/keys', { name: 'ci', ...given });
    const key = madeOf(answer);
    const told = {
      key_id: expect.stringMatching(/^key_[0-9a-z]{26}$/),
      name: 'ci',
      prefix: key.secret.slice(0, 10),
      scopes: ['plugins:read'],
      namespace_ids: [org.namespaceId],
      status: 'active',
      created_at: isoIn(0),
      expires_at,
      last_used_at: null,
      revoked_at: null,
      previous_valid_until: null,
    };
    expect(answer.body).toEqual({ ...told, api_key: expect.stringMatching(/^sk_[0-9A-Za-z]{43}$/) });
    expect((await org.get(key.path)).body).toEqual(told);
    expect((await org.get('/v1/keys')).text).not.toContain(key.secret);
    expect((await key.client.get(org.plugins)).status).toBe(200);
  });

  test('has the namespaces and the end of the key that makes it, when they are left out', async () => {
    const org = await acme();
    const namespaceIds = [org.namespaceId];
    const bound = await clientWithKey(org, { namespaceIds, expiresAt: clock.now() + minute });
    const { body } = await bound.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'] });
    expect(body).toMatchObject({ namespace_ids: namespaceIds, expires_at: isoIn(minute) });
  });

  test.each<[what: string, status: number, detail: string | RegExp, given: (elsewhere: string) => object]>([
    ['a scope', 403, 'This key lacks the scope plugins:write', () => ({ scopes: ['plugins:read', 'plugins:write'] })],
    ['a namespace', 404, /^Namespace not found: ns_/, (elsewhere) => ({ namespace_ids: [elsewhere] })],
    ['time', 403, /^This key ends at .*, before the other one$/, () => ({ expires_at: isoIn(minute + 1) })],
  ])('gets no more than the one that makes it has: %s', async (_what, status, detail, given) => {
    const org = await acme();
    const elsewhere = await namespaceIn(org, 'elsewhere');
    const maker = await clientWithKey(org, {
      scopes: ['keys:admin', 'plugins:read'],
      namespaceIds: [org.namespaceId],
      expiresAt: clock.now() + minute,
    });
    const answer = await maker.post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], ...given(elsewhere) });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status,
      body: { detail: expect.stringMatching(detail) },
    });
  });

  test.each([
    [{ expires_at: '2026-11-20T12:00:00Z' }, ['body', 'expires_at'], 'The time is over already'],
    [{ scopes: [] }, ['body', 'scopes'], 'Too small: expected array to have >=1 items'],
    [{ name: '' }, ['body', 'name'], 'Too small: expected string to have >=1 characters'],
  ])('is refused when it makes no sense: %j', async (given, loc, msg) => {
    const answer = await (await acme()).post('/v1/keys', { name: 'ci', scopes: ['plugins:read'], ...given });
    expect({ status: answer.status, body: answer.body }).toMatchObject({
      status: 422,
      body: { detail: [{ loc, msg }] },
    });
  });
});

describe('the list of keys', () => {
  test('has them in pages and by status', async () => {
    const org = await acme();
    const [first = ''] = await listed(org);
    const active = await made(org);
    const over = await made(org, { expires_at: isoIn(1) });
    const revoked = await made(org);
    await org.del(revoked.path);
    clock.advance(1);
    expect(await listed(org)).toEqual([first, active.id, over.id, revoked.id]);
    expect(await listed(org, '?status=active')).toEqual([first, active.id]);
    expect(await listed(org, '?status=expired')).toEqual([over.id]);
    expect(await listed(org, '?status=revoked')).toEqual([revoked.id]);
    const { pagination } = idsModel.parse((await org.get('/v1/keys?limit=3')).body);
    expect(await listed(org, `?limit=3&cursor=${pagination.next_cursor}`)).toEqual([revoked.id]);
  });

  test('has for a bound key those only that reach no further', async () => {
    const org = await acme();
    const elsewhere = await namespaceIn(org, 'elsewhere');
    const here = await made(org, { namespace_ids: [org.namespaceId] });
    await made(org, { namespace_ids: [elsewhere] });
    await made(org, { namespace_ids: [org.namespaceId, elsewhere] });
    const { client, id } = await made(org, { scopes: ['keys:admin'], namespace_ids: [org.namespaceId] });
    expect(await listed(client)).toEqual([here.id, id]);
  });
});

test('when a key was used is noted after the answer, once a minute', async () => {
  const org = await acme();
  const key = await made(org);
  const lastUsed = async () => {
    await app.settled();
    return Object((await org.get(key.path)).body).last_used_at;
  };
  const first = isoIn(0);
  await statusOf(key.client);
  expect(await lastUsed()).toBe(first);
  clock.advance(minute - 1);
  await statusOf(key.client);
  expect(await lastUsed()).toBe(first);
  clock.advance(1);
  await statusOf(key.client);
  expect(await lastUsed()).toBe(isoIn(0));
});

describe('rotating', () => {
  test('gives a new secret at once, and the one before its overlap', async () => {
    const org = await acme();
    const key = await made(org);
    const answer = await org.post(`${key.path}/rotate`, { overlap_seconds: 30 });
    const rotated = madeOf(answer);
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

  test('ends the secret before within ten seconds when no overlap was asked for', async () => {
    const org = await acme();
    const key = await made(org);
    expect(await statusOf(key.there)).toBe(200);
    expect((await org.post(`${key.path}/rotate`)).body).toMatchObject({ previous_valid_until: null });
    expect(await statusOf(key.client)).toBe(401);
    clock.advance(9_999);
    expect(await statusOf(key.there)).toBe(200);
    clock.advance(1);
    expect(await statusOf(key.there)).toBe(401);
  });

  test('twice leaves the newest two secrets', async () => {
    const org = await acme();
    const key = await made(org);
    const second = madeOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
    const third = madeOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
    expect(await Promise.all([key, second, third].map(({ client }) => statusOf(client)))).toEqual([401, 200, 200]);
  });

  test('is refused for a key that has more', async () => {
    const org = await acme();
    const limited = await made(org, { scopes: ['keys:admin'] });
    const other = await made(org);
    const { status, body } = await limited.client.post(`${other.path}/rotate`);
    expect({ status, body }).toMatchObject({ status: 403, body: { detail: 'This key lacks the scope plugins:read' } });
  });

  test('leaves the secret before no way to outlive its overlap', async () => {
    const org = await acme();
    const key = await made(org, { scopes: ['keys:admin'] });
    expect(await statusOf(key.there)).toBe(200);
    await org.post(`${key.path}/rotate`, { overlap_seconds: 60 });
    const given = { name: 'next', scopes: ['keys:admin'] };
    expect((await key.there.post('/v1/keys', given)).status).toBe(401);
    expect((await key.client.post(`${key.path}/rotate`)).body).toMatchObject({
      detail: `This key ends at ${isoIn(minute)}, before the other one`,
    });
    expect((await key.client.post('/v1/keys', given)).body).toMatchObject({ expires_at: isoIn(minute) });
  });

  test('at the same moment gives one new secret', async () => {
    const org = await acme();
    const key = await made(org);
    const answers = await Promise.all([1, 2, 3].map(() => org.post(`${key.path}/rotate`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const [won] = answers.filter(({ status }) => status === 200);
    if (won) expect(await statusOf(madeOf(won).client)).toBe(200);
  });
});

describe('revoking', () => {
  test('ends both secrets within ten seconds, once for all', async () => {
    const org = await acme();
    const key = await made(org);
    const rotated = madeOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
    expect(await Promise.all([key, rotated].map(({ there }) => statusOf(there)))).toEqual([200, 200]);
    const revoked_at = isoIn(0);
    const told = { status: 200, body: { key_id: key.id, status: 'revoked', revoked_at, previous_valid_until: null } };
    expect(await org.del(key.path)).toMatchObject(told);
    expect(await Promise.all([key, rotated].map(({ client }) => statusOf(client)))).toEqual([401, 401]);
    clock.advance(10_000);
    expect(await Promise.all([key, rotated].map(({ there }) => statusOf(there)))).toEqual([401, 401]);
    expect(await org.del(key.path)).toMatchObject(told);
    const { status, body } = await org.post(`${key.path}/rotate`);
    expect({ status, body }).toMatchObject({ status: 409, body: { detail: 'The key is revoked' } });
  });

  test('leaves the last key that manages all keys, unless it is meant', async () => {
    const org = await acme();
    const [first = ''] = await listed(org);
    await made(org, { scopes: ['keys:admin'], namespace_ids: [org.namespaceId] });
    await made(org, { scopes: ['keys:admin'], expires_at: isoIn(1) });
    clock.advance(1);
    const refused = await org.del(`/v1/keys/${first}`);
    expect({ status: refused.status, body: refused.body }).toMatchObject({
      status: 409,
      body: { detail: 'This is the last active key with keys:admin for all namespaces' },
    });
    expect((await org.del(`/v1/keys/${first}?allow_last=true`)).body).toMatchObject({ status: 'revoked' });
  });

  test('the last two at the same moment leaves one', async () => {
    const org = await acme();
    const [first = ''] = await listed(org);
    const second = await made(org, { scopes: ['keys:admin'] });
    const answers = await Promise.all([org.del(second.path), org.del(`/v1/keys/${first}`)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test.each<[what: string, act: (revoked: Client, other: Made) => Promise<Answer>]>([
    ['make a successor', (revoked) => revoked.post('/v1/keys', { name: 'next', scopes: ['plugins:read'] })],
    ['rotate another', (revoked, { path }) => revoked.post(`${path}/rotate`)],
    ['revoke another', (revoked, { path }) => revoked.del(path)],
  ])('ends at once that a key can %s, though the isolate remembers it', async (_what, act) => {
    const org = await acme();
    const other = await made(org);
    const key = await made(org, { scopes });
    expect(await statusOf(key.there)).toBe(200);
    await org.del(key.path);
    const before = (await eventsOf(org)).length;
    expect((await act(key.there, other)).status).toBe(401);
    expect(await eventTypesOf(org, before)).toEqual([]);
    expect(await statusOf(other.client)).toBe(200);
  });
});

test('each change is told as an event', async () => {
  const org = await acme();
  const before = (await eventsOf(org)).length;
  const key = await made(org);
  const { secret } = madeOf(await org.post(`${key.path}/rotate`, { overlap_seconds: 60 }));
  await org.del(key.path);
  const told = (await eventsOf(org)).slice(before);
  const prefix = secret.slice(0, 10);
  expect(told.map(({ type, subjectId, data }) => ({ type, subjectId, data }))).toEqual([
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
