// Tests an organization's credentials for private sources over HTTP: what is returned and stored, and what never is.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { sourceLimits } from '../../../../src/contract/features/sources/limits.ts';
import { credentialForRepository } from '../../../../src/features/sources/for-repository.ts';
import { sourceCredentials } from '../../../../src/features/sources/tables.ts';
import { everythingStored } from '../../../support/database/everything-stored.ts';
import { clockAt, type TestApp, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

const token = 'ghp-5e1f-a-token';
const createdBy = { type: 'key', id: 'key_made' } as const;

async function scene(replacements: Parameters<typeof testApp>[0] = {}): Promise<TestApp & { org: Organization }> {
  const app = testApp(replacements);
  return { ...app, org: await organization({ fetch: app.fetch }) };
}

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const key = { type: 'key', id: expect.stringMatching(/^key_/), name: expect.any(String) };

test('a credential is returned and listed with every field except its token', async () => {
  const { org } = await scene();
  const { status, body, text } = await org.post('/v1/sources', { source: 'Git.example.com/acme/', token });
  expect([status, body]).toEqual([
    200,
    {
      source_id: expect.stringMatching(/^src_[0-9a-hjkmnp-tv-z]{26}$/),
      source: 'git.example.com/acme',
      username: 'x-access-token',
      github_app: null,
      deploy_key: null,
      go_modules: false,
      python_packages: null,
      revision: 1,
      expires_at: null,
      last_used_at: null,
      ...{ created_at: time, created_by: key, updated_at: time, updated_by: key },
    },
  ]);
  const listed = await org.get('/v1/sources');
  expect(listed.body).toEqual({ results: [body], pagination: { limit: 100, next_cursor: null } });
  expect(text + listed.text).not.toContain(token);
});

test('a credential is added, rotated and removed with one event each, none of which contains the token', async () => {
  const { org } = await scene();
  const source = 'git.example.com/acme';
  const expires_at = '2030-01-01T00:00:00.000Z';
  await org.post('/v1/sources', { source, token, username: 'deployer', expires_at, go_modules: true });
  const rotated = await org.put('/v1/sources', { source: `${source}.git`, token: `${token}-2` });
  expect(rotated.body).toMatchObject({ source, username: 'deployer', go_modules: true, revision: 2, expires_at: null });
  expect((await org.del(`/v1/sources?source=${source}`)).body).toEqual({ success: true, source });
  expect((await org.get('/v1/sources')).body).toMatchObject({ results: [] });
  const events = (await eventsOf(org)).filter(({ type }) => type.startsWith('source.'));
  expect(events.map(({ type, data }) => [type, data])).toEqual([
    ['source.added', { source, expires_at }],
    ['source.rotated', { source, revision: 2, expires_at: null }],
    ['source.removed', { source }],
  ]);
  expect(JSON.stringify(events)).not.toContain('5e1f');
});

test("a token is stored nowhere in plain text in the database or the store, and an encrypted token can't be decrypted in another row or for another place", async () => {
  const { deps, org } = await scene();
  const other = await organization({ fetch: org.fetch });
  const repository = 'https://git.example.com/acme/ocr.git';
  await org.send('POST', '/v1/sources', {
    body: { source: 'git.example.com', token },
    headers: { 'idempotency-key': 'added-once' },
  });
  await other.post('/v1/sources', { source: 'git.example.com', token: 'another-token' });
  const stored = await everythingStored();
  expect(stored).toContain('source.added');
  expect(stored).not.toContain(token);
  expect(stored).not.toContain(btoa(token).slice(0, -4));
  const [row] = await deps.db.select().from(sourceCredentials).where(eq(sourceCredentials.organizationId, org.id));
  const given = async (at: string, changes: object) => {
    await deps.db.update(sourceCredentials).set(changes).where(eq(sourceCredentials.organizationId, other.id));
    return credentialForRepository(deps, { organizationId: other.id, createdBy }, at);
  };
  const moved = { sealed: row?.sealed ?? '' };
  await expect(given(repository, moved)).rejects.toThrow('cannot be read');
  await deps.db.delete(sourceCredentials).where(eq(sourceCredentials.organizationId, other.id));
  await deps.db
    .update(sourceCredentials)
    .set({ host: 'evil.example.com' })
    .where(eq(sourceCredentials.organizationId, org.id));
  await expect(
    credentialForRepository(deps, { organizationId: org.id, createdBy }, 'https://evil.example.com/acme/ocr.git'),
  ).rejects.toThrow('cannot be read');
});

test.each([
  ['https://git.example.com/acme', 'without `https://`'],
  ['git.example.com/acme?x=1', 'without `https://`'],
  ['user@git.example.com', 'without `https://`'],
  ['git.example.com:8443', 'port other than 443'],
  ['127.0.0.1:8080/acme', 'points to this machine'],
  ['10.0.0.1', 'not a public host name'],
  ['localhost', 'not a public host name'],
  ['git.internal', 'not a public host name'],
  ['git.example.com/acme/../else', 'its path may have'],
  ['git.example.com/a%2fb', 'its path may have'],
  ['git.example.com//acme', 'without `https://`'],
  ['git.example.com/a b', 'without `https://`'],
])('a source of %s is refused: %s', async (source, reason) => {
  const { org } = await scene();
  const { status, body } = await org.post('/v1/sources', { source, token });
  expect([status, body]).toMatchObject([
    422,
    { detail: [{ loc: ['body', 'source'], msg: expect.stringContaining(reason) }] },
  ]);
});

test('an index is added with its name patterns normalized as in Python, and keeps them when its token is rotated', async () => {
  const { deps, org } = await scene();
  const source = 'pypi.example.com/simple';
  const added = await org.post('/v1/sources', { source, token, python_packages: ['Acme_*', 'acme-*', 'Lib.One'] });
  expect(added.body).toMatchObject({ source, username: '__token__', python_packages: ['acme-*', 'lib-one'] });
  const rotated = await org.put('/v1/sources', { source, token });
  expect(rotated.body).toMatchObject({ python_packages: ['acme-*', 'lib-one'], username: '__token__', revision: 2 });
  const changed = await org.put('/v1/sources', { source, token, python_packages: ['*'] });
  expect(changed.body).toMatchObject({ python_packages: ['*'] });
  const requester = { organizationId: org.id, createdBy };
  expect(await credentialForRepository(deps, requester, `https://${source}/acme.git`)).toBeUndefined();
});

const app = { app_id: '1', private_key: 'x' };
test.each([
  ['a pattern with a star inside', { python_packages: ['acme-*-core'] }, 'write names such as'],
  ['a pattern that is no name', { python_packages: ['-acme'] }, 'write names such as'],
  ['a pattern with a space', { python_packages: ['acme ocr'] }, 'write names such as'],
  ['private Go modules', { python_packages: ['acme-*'], go_modules: true }, 'a Python index has no Go modules'],
  ['a GitHub App', { python_packages: ['acme-*'], token: undefined, github_app: app }, 'a Python index takes a token'],
])('an index with %s is refused', async (_, fields, reason) => {
  const { org } = await scene();
  const { status, body } = await org.post('/v1/sources', { source: 'pypi.example.com/simple', token, ...fields });
  expect([status, body]).toMatchObject([
    422,
    { detail: [{ loc: ['body', 'python_packages'], msg: expect.stringContaining(reason) }] },
  ]);
});

test.each([
  ['a token with a line break', { token: 'a\nhost=evil.example.com' }],
  ['a token with a space', { token: 'a b' }],
  ['an empty token', { token: '' }],
  ['a username with a colon', { username: 'a:b' }],
  ['a username with a line break', { username: 'a\nb' }],
  ['neither a token nor an App', { token: undefined }],
  ['a token that is too long', { token: 'x'.repeat(sourceLimits.tokenCharsMax + 1) }],
])('a credential with %s is refused, and the response contains no part of it', async (_, fields) => {
  const { org } = await scene();
  const { status, text } = await org.post('/v1/sources', { source: 'git.example.com', token, ...fields });
  expect(status).toBe(422);
  expect(text).not.toMatch(/evil|5e1f|xxxx/);
});

test('a second credential for a source is a conflict, and the error explains how to rotate the first one', async () => {
  const { org } = await scene();
  await org.post('/v1/sources', { source: 'git.example.com/acme', token });
  const { status, body } = await org.post('/v1/sources', { source: 'git.example.com/acme.git', token });
  expect([status, body]).toMatchObject([
    409,
    {
      error: {
        message: 'There is a credential for git.example.com/acme already',
        hint: 'Replace its token: `slipway sources rotate git.example.com/acme`.',
      },
    },
  ]);
});

test("a source that is missing or belongs to another organization can't be rotated or removed", async () => {
  const { org } = await scene();
  const other = await organization({ fetch: org.fetch });
  await other.post('/v1/sources', { source: 'git.example.com', token });
  const rotated = await org.put('/v1/sources', { source: 'git.example.com', token });
  const removed = await org.del('/v1/sources?source=git.example.com');
  expect([rotated.status, removed.status]).toEqual([404, 404]);
  expect((await other.get('/v1/sources')).body).toMatchObject({ results: [{ revision: 1 }] });
  expect((await org.get('/v1/sources')).body).toMatchObject({ results: [] });
});

test("a fetch gets its own organization's credential with the longest matching path", async () => {
  const clock = clockAt(Date.parse('2026-05-06T07:08:09Z'));
  const { deps, org } = await scene({ clock });
  const other = await organization({ fetch: org.fetch });
  for (const source of ['git.example.com', 'git.example.com/acme', 'git.example.com/acme/ocr', 'else.example.com'])
    await org.post('/v1/sources', { source, token: `token-of:${source}` });
  const tokenFor = async (path: string, by = org) => {
    const found = await credentialForRepository(deps, { organizationId: by.id, createdBy }, `https://${path}`);
    return found && 'token' in found ? found.token.slice('token-of:'.length) : found;
  };
  expect(await tokenFor('git.example.com/acme/ocr.git')).toBe('git.example.com/acme/ocr');
  expect(await tokenFor('git.example.com/acme/ocr')).toBe('git.example.com/acme/ocr');
  expect(await tokenFor('git.example.com/acme/ocr-2.git')).toBe('git.example.com/acme');
  expect(await tokenFor('GIT.example.com/acme/other.git/')).toBe('git.example.com/acme');
  expect(await tokenFor('git.example.com/acme-evil/ocr.git')).toBe('git.example.com');
  expect(await tokenFor('third.example.com/acme/ocr.git')).toBeUndefined();
  expect(await tokenFor('git.example.com.evil.example/acme/ocr.git')).toBeUndefined();
  expect(await tokenFor('git.example.com/acme%2Focr.git')).toBeUndefined();
  expect(await tokenFor('git.example.com/acme/ocr.git', other)).toBeUndefined();
  const { results } = JSON.parse((await org.get('/v1/sources')).text);
  const used = '2026-05-06T07:08:09.000Z';
  expect(results.map((row: Record<string, unknown>) => [row.source, row.last_used_at])).toEqual([
    ['git.example.com', used],
    ['git.example.com/acme', used],
    ['git.example.com/acme/ocr', used],
    ['else.example.com', null],
  ]);
});

test('an organization can have up to a hundred credentials', async () => {
  const { deps, org } = await scene();
  await org.post('/v1/sources', { source: 'git.example.com', token });
  const [row] = await deps.db.select().from(sourceCredentials).where(eq(sourceCredentials.organizationId, org.id));
  if (!row) throw new Error('the credential is missing');
  for (let i = 1; i < sourceLimits.perOrganizationMax; i++)
    await deps.db.insert(sourceCredentials).values({ ...row, id: deps.ids('sourceCredential'), path: `p${i}` });
  const { status, body } = await org.post('/v1/sources', { source: 'one.example.com', token });
  expect([status, body]).toMatchObject([403, { error: { type: 'QuotaExceededError' } }]);
});

test("a request without a key gets none of the organization's credentials", async () => {
  const { deps, org } = await scene();
  await org.post('/v1/sources', { source: 'git.example.com', token });
  const anonymous = { organizationId: org.id, createdBy: { type: 'anonymous', id: 'anonymous' } } as const;
  expect(await credentialForRepository(deps, anonymous, 'https://git.example.com/acme/ocr.git')).toEqual({
    refused: { code: 'credential-missing', message: expect.stringContaining('Send an API key.') },
  });
  expect(await credentialForRepository(deps, anonymous, 'https://else.example.com/acme/ocr.git')).toBeUndefined();
  expect((await org.get('/v1/sources')).body).toMatchObject({ results: [{ last_used_at: null }] });
});
