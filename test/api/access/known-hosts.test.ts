// Tests that keyless requests are answered only on known host names, so that no page can send them by DNS rebinding.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { bindingsOf, hostsOf } from '../../../src/bindings.ts';
import { testApp } from '../../support/deps.ts';
import { checkErrorResponse } from '../../support/error-response.ts';
import { adminAuthorization, organization } from '../../support/scenes/organization.ts';

const org = await organization();
const app = testApp({ anonymousOrganization: org.id });

async function request(host: string, path: string, authorization?: string, { fetch } = app) {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const response = await fetch(new Request(`http://${host}${path}`, { headers }));
  const text = await response.text();
  if (response.status >= 400) checkErrorResponse(response.status, JSON.parse(text));
  return { status: response.status, text };
}

const withoutKey: [path: string, authorization?: string][] = [
  ['/openapi.json'],
  ['/readyz'],
  ['/docs'],
  ['/docs/reference.js'],
  ['/api/plugins'],
  ['/api/storage-plugins'],
  ['/v1/admin/organizations', adminAuthorization],
];

describe.each(withoutKey)('%s', (path, authorization) => {
  test.each(['localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'LOCALHOST', 'slipway.test'])(
    'a request without a key is answered as %s',
    async (host) => {
      expect((await request(host, path, authorization)).status).toBe(200);
    },
  );

  test.each([
    'attacker.example:8080',
    '127.0.0.1.attacker.example',
    'localhost.attacker.example',
    '0.0.0.0',
    '10.0.0.5',
  ])('a request without a key is refused as %s', async (host) => {
    const { status, text } = await request(host, path, authorization);
    const [name] = host.split(':');
    const message = `Slipway does not accept this request as ${name}`;
    expect([status, JSON.parse(text)]).toMatchObject([403, { error: { message, type: 'ForbiddenError' } }]);
  });
});

test('a request with a key is answered on any host, and so is the health check', async () => {
  expect((await request('attacker.example', '/v1/namespaces/default', `Bearer ${org.key}`)).status).toBe(200);
  expect((await request('attacker.example', '/healthz')).status).toBe(200);
});

test('ALLOWED_HOSTS adds names to those of a local run', async () => {
  const { hosts } = bindingsOf({ ...env, ALLOWED_HOSTS: 'slipway.lan,box.example' });
  const more = testApp({ anonymousOrganization: org.id, hosts });
  const names = ['slipway.lan', 'box.example:8080', '127.0.0.1', 'attacker.example'];
  const results = await Promise.all(names.map((name) => request(name, '/api/plugins', undefined, more)));
  expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 403]);
});

test('ALLOWED_HOSTS is the complete list on Cloudflare; if it is not set, every routed name is known', () => {
  const bindings = bindingsOf(env);
  const deployed = { ...bindings, S3_MODE: 'r2' as const };
  expect(hostsOf({ ...deployed, ALLOWED_HOSTS: 'slipway.example.com' })).toEqual(new Set(['slipway.example.com']));
  expect(hostsOf({ ...deployed, ALLOWED_HOSTS: '' })).toBeNull();
});
