// The matrix of scopes: what each request needs, and that a key with everything else is refused in the same words for what is
// there and for what isn't.
import { describe, expect, test } from 'vitest';
import { type Scope, scopes } from '../../src/contract/scopes.ts';
import { clientWithKey, organization } from '../support/organization.ts';
import { plugin } from '../support/plugin.ts';
import { openUpload, publish } from '../support/publish.ts';

const org = await organization();
await publish(org, plugin());
const { upload_id } = await openUpload(org, { name: 'next_ext' });

const matrix: [scope: Scope, method: string, path: string, body?: unknown][] = [
  ['plugins:read', 'GET', org.plugins],
  ['plugins:read', 'GET', `${org.plugins}/hello_ext_1_0_0`],
  ['plugins:read', 'GET', `${org.plugins}/hello_ext_1_0_0/status`],
  ['plugins:write', 'POST', `${org.plugins}/uploads`, { name: 'new_ext' }],
  ['plugins:write', 'POST', `${org.plugins}/uploads/${upload_id}/confirm`],
  ['plugins:write', 'DELETE', `${org.plugins}/hello_ext_1_0_0`],
  ['plugins:deploy', 'POST', `${org.plugins}/hello_ext_1_0_0/deploy`],
  ['plugins:deploy', 'POST', `${org.plugins}/hello_ext_1_0_0/undeploy`],
  ['plugins:invoke', 'POST', `${org.plugins}/hello_ext_1_0_0/realtime/test`, { inputs: {} }],
  [
    'namespaces:admin',
    'POST',
    '/v1/namespaces',
    { namespace_name: 'x', feature_extractors: [{ feature_extractor_name: 't', version: '1' }] },
  ],
  ['namespaces:admin', 'PATCH', `/v1/namespaces/${org.namespaceId}`, { description: 'x' }],
  ['namespaces:admin', 'PUT', `/v1/namespaces/${org.namespaceId}`, { description: 'x' }],
  ['namespaces:admin', 'DELETE', `/v1/namespaces/${org.namespaceId}`],
];

describe('without the scope', () => {
  test.each(matrix)('%s: %s %s is forbidden', async (scope, method, path, body) => {
    const key = await clientWithKey(org, { scopes: scopes.filter((other) => other !== scope) });
    const detail = `This key lacks the scope ${scope}`;
    const refused = {
      status: 403,
      body: { error: { type: 'ForbiddenError', message: detail, details: { required_scope: scope } }, detail },
    };
    const answer = await key.send(method, path, { body });
    expect({ status: answer.status, body: answer.body }).toMatchObject(refused);
    const absent = await key.send(
      method,
      path.replace('hello_ext', 'no_exist').replace(upload_id, 'plu_00000000000000000000000000'),
      { body },
    );
    expect({ status: absent.status, body: absent.body }).toMatchObject(refused);
  });
});

describe('with this scope alone', () => {
  test.each([
    ['plugins:read', 'GET', org.plugins, undefined, 200],
    ['plugins:read', 'GET', `${org.plugins}/hello_ext_1_0_0`, undefined, 200],
    ['plugins:read', 'GET', `${org.plugins}/hello_ext_1_0_0/status`, undefined, 200],
    ['plugins:write', 'POST', `${org.plugins}/uploads`, { name: 'new_ext' }, 200],
    ['plugins:write', 'POST', `${org.plugins}/uploads/${upload_id}/confirm`, undefined, 404],
    ['plugins:deploy', 'POST', `${org.plugins}/hello_ext_1_0_0/deploy`, undefined, 200],
    ['plugins:invoke', 'POST', `${org.plugins}/hello_ext_1_0_0/realtime/test`, { inputs: {} }, 400],
    ['plugins:deploy', 'POST', `${org.plugins}/hello_ext_1_0_0/undeploy`, undefined, 200],
    ['plugins:write', 'DELETE', `${org.plugins}/hello_ext_1_0_0`, undefined, 200],
    ['namespaces:admin', 'PATCH', `/v1/namespaces/${org.namespaceId}`, { description: 'x' }, 200],
    ['audit:read', 'GET', `/v1/namespaces/${org.namespaceId}`, undefined, 200],
    ['audit:read', 'POST', '/v1/namespaces/list', undefined, 200],
  ] as const)('%s: %s %s works', async (scope, method, path, body, status) => {
    const key = await clientWithKey(org, { scopes: [scope] });
    expect((await key.send(method, path, { body })).status).toBe(status);
  });
});
