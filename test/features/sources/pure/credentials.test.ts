// Tests what the private source form sends and displays for each kind of credential.
import { expect, test } from 'vitest';
import {
  classifyExpiry,
  credentialKinds,
  withoutSecrets,
} from '../../../../src/console/features/sources/credentials.ts';

const given = {
  token: 'secret-token',
  username: 'deployer',
  app: '104729',
  key: 'secret-key',
  api: '',
  host: 'git.example.com ssh-ed25519 AAAA',
};

test.each([
  ['Token', { token: 'secret-token' }],
  ['User and token', { token: 'secret-token', username: 'deployer' }],
  ['GitHub App', { github_app: { app_id: '104729', private_key: 'secret-key' } }],
  [
    'Deploy key (SSH)',
    { deploy_key: { private_key: 'secret-key', known_hosts: ['git.example.com ssh-ed25519 AAAA'] } },
  ],
])('the credential %s is sent as %j, and its command contains no secret', (label, body) => {
  const [kind] = credentialKinds.filter((one) => one.label === label);
  expect(kind?.request(given)).toEqual(body);
  const shown = kind && withoutSecrets(kind, given);
  expect(JSON.stringify([shown, shown && kind?.request(shown), shown && kind?.options(shown)])).not.toContain('secret');
});

const source = {
  source_id: 'src_1',
  source: 'git.example.com',
  username: 'x-access-token',
  github_app: null,
  deploy_key: null,
  python_packages: null,
  go_modules: false,
  revision: 1,
  expires_at: null,
  last_used_at: null,
  created_at: '2026-03-05T09:00:00Z',
  created_by: { type: 'key', id: 'key_1' },
  updated_at: '2026-03-05T09:00:00Z',
  updated_by: { type: 'key', id: 'key_1' },
} as const;

test.each([
  ['Token', source],
  ['User and token', { ...source, username: 'deployer' }],
  ['GitHub App', { ...source, github_app: { app_id: '104729', api_url: null } }],
  ['Deploy key (SSH)', { ...source, username: 'git', deploy_key: { known_hosts: [] } }],
])('a stored source is rotated as a %s, its current kind', (label, stored) => {
  expect(credentialKinds.filter(({ isOf }) => isOf(stored)).map((kind) => kind.label)).toEqual([label]);
});

test.each([
  [null, null],
  ['2026-03-05T08:59:59Z', 'expired'],
  ['2026-03-19T08:59:59Z', 'soon'],
  ['2026-03-19T09:00:01Z', 'later'],
])('a credential that ends at %s is %s', (at, expiry) => {
  expect(classifyExpiry(at, Date.parse('2026-03-05T09:00:00Z'))).toBe(expiry);
});
