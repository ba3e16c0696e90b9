// Tests an organization's SSH deploy keys over HTTP: what is returned and stored, and which keys are accepted.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { credentialForRepository } from '../../../../src/features/sources/for-repository.ts';
import { sourceCredentials } from '../../../../src/features/sources/tables.ts';
import { type TestApp, testApp } from '../../../support/deps.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';

/** Returns a key with this cipher that has only the parts that Slipway reads. `ssh` reads the other parts. */
function keyOf(cipher: string, magic = 'openssh-key-v1'): string {
  const body = btoa(`${magic}\0\0\0\0${String.fromCharCode(cipher.length)}${cipher}${'secret-of-ssh'.repeat(20)}`);
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${body.replaceAll(/.{70}/g, '$&\n')}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const private_key = keyOf('none');
const hostKey = `ssh-ed25519 ${'A'.repeat(68)}`;
const source = 'git.example.com/acme';
const given = { source, deploy_key: { private_key, known_hosts: [`git.example.com ${hostKey} a comment`] } };

async function scene(): Promise<TestApp & { org: Organization }> {
  const app = testApp();
  return { ...app, org: await organization({ fetch: app.fetch }) };
}

test("a deploy key is returned and listed with its host's keys, and is used only for fetches from its place", async () => {
  const { deps, org } = await scene();
  const added = await org.post('/v1/sources', given);
  expect([added.status, added.body]).toMatchObject([
    200,
    { source, username: 'git', github_app: null, deploy_key: { known_hosts: [hostKey] }, revision: 1 },
  ]);
  const requester = { organizationId: org.id, createdBy: { type: 'key', id: 'key_made' } as const };
  expect(await credentialForRepository(deps, requester, 'https://git.example.com/acme/ocr.git')).toEqual({
    place: { host: 'git.example.com', path: 'acme' },
    username: 'git',
    private_key,
    known_hosts: [hostKey],
    expires_at: null,
  });
  expect(await credentialForRepository(deps, requester, 'https://git.example.com/else/ocr.git')).toBeUndefined();
  const [row] = await deps.db.select().from(sourceCredentials).where(eq(sourceCredentials.organizationId, org.id));
  const texts = [
    added.text,
    (await org.get('/v1/sources')).text,
    (await org.get('/v1/events')).text,
    JSON.stringify(row),
  ];
  expect(texts.filter((text) => text.includes(private_key.slice(60, 120)))).toEqual([]);
});

test('a deploy key replaces a token and vice versa, each with the username that it requires', async () => {
  const { org } = await scene();
  await org.post('/v1/sources', { source, token: 'glpat-1' });
  const withKey = await org.put('/v1/sources', given);
  expect(withKey.body).toMatchObject({ username: 'git', deploy_key: { known_hosts: [hostKey] }, revision: 2 });
  const withToken = await org.put('/v1/sources', { source, token: 'glpat-2', username: 'deployer' });
  expect(withToken.body).toMatchObject({ username: 'deployer', deploy_key: null, revision: 3 });
});

test.each([
  ['a line for several hosts', `else.example.com,git.example.com ${hostKey}`],
  ['a public key alone', hostKey],
])('a known host can be given as %s', async (_, line) => {
  const { org } = await scene();
  const { body } = await org.post('/v1/sources', { source, deploy_key: { private_key, known_hosts: [line] } });
  expect(body).toMatchObject({ deploy_key: { known_hosts: [hostKey] } });
});

test.each([
  ['a key with a passphrase', { private_key: keyOf('aes256-ctr') }, 'private_key', 'has a passphrase'],
  ['a key of another program', { private_key: keyOf('none', 'other-key-v1') }, 'private_key', 'is damaged'],
  ['a public key', { private_key: hostKey }, 'private_key', 'ssh-keygen -t ed25519'],
  [
    'a line of another host',
    { known_hosts: [`else.example.com ${hostKey}`] },
    'known_hosts',
    'belongs to another host',
  ],
  ['a hashed host', { known_hosts: [`|1|abc=|def= ${hostKey}`] }, 'known_hosts', 'has a hashed host'],
  ['a revoked key', { known_hosts: [`@revoked git.example.com ${hostKey}`] }, 'known_hosts', 'no supported host key'],
  [
    'an old type of key',
    { known_hosts: [`git.example.com ssh-dss ${'A'.repeat(68)}`] },
    'known_hosts',
    'no supported host key',
  ],
  ['a second line', { known_hosts: [`git.example.com\n* ${hostKey}`] }, 'known_hosts', 'no supported host key'],
])('a deploy key with %s is refused', async (_, fields, field, reason) => {
  const { org } = await scene();
  const deploy_key = { ...given.deploy_key, ...fields };
  const { status, body, text } = await org.post('/v1/sources', { source, deploy_key });
  expect([status, body]).toMatchObject([
    422,
    { detail: [{ loc: ['body', 'deploy_key', field], msg: expect.stringContaining(reason) }] },
  ]);
  expect(text).not.toContain('secret-of-ssh');
});

test.each([
  ['and a token', { token: 'glpat-1' }, 'token'],
  ['and a name that is an option', { username: '-oProxyCommand=x' }, 'username'],
  ['and patterns of packages', { python_packages: ['acme-*'] }, 'python_packages'],
  ['without a known host', { deploy_key: { private_key, known_hosts: [] } }, 'deploy_key'],
])('a deploy key %s is refused', async (_, fields, field) => {
  const { org } = await scene();
  const { status, body } = await org.post('/v1/sources', { ...given, ...fields });
  expect([status, body]).toMatchObject([422, { detail: [{ loc: expect.arrayContaining(['body', field]) }] }]);
});
