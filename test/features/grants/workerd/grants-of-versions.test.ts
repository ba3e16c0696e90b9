// A new version of a granted plugin, published with a key that can't change grants or secrets, inherits its predecessor's rights.
import { expect, test } from 'vitest';
import { z } from 'zod';
import { advanceDeployment } from '../../../../src/pipeline.ts';
import { testApp } from '../../../support/deps.ts';
import { manifest, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { clientWithKey, organization } from '../../../support/scenes/organization.ts';
import { losingQueues } from '../../../support/workers/losing-queues.ts';

const deploymentId = z.object({ deployment_id: z.templateLiteral(['dep_', z.string()]) });
const forward = { '9042': 'db.example.com:9042' };
const granted = { network: ['*.example.com'], forward, secrets: ['TOKEN'] };

/**
 * Grants 1.0.0 its permissions and sets its secrets, then deploys 1.0.1, which asks for `asked`. Returns the clients, the path of the
 * secrets, and the state of 1.0.1.
 */
async function deployed(asked: object, name = 'payments') {
  const { queues } = losingQueues();
  const app = testApp({ queues });
  const org = await organization({ fetch: app.fetch });
  const publisher = await clientWithKey(org, { scopes: ['plugins:read', 'plugins:write', 'plugins:deploy'] });
  const version = (permissions: object, number: string, of = name) => {
    const extra = `permissions = ${JSON.stringify(permissions)}\n`;
    const files = { 'manifest.py': manifest({ name: of, version: number, extra }) };
    return plugin({ name: of, version: number, realtime: true, files });
  };
  const secrets = `/v1/namespaces/${org.namespaceId}/secrets`;
  for (const secret of ['TOKEN', 'OTHER']) await org.put(`${secrets}/${secret}`, { value: `value-of-${secret}` });
  await publish(org, version(granted, '1.0.0', 'payments'));
  const body = { plugin: 'payments', namespace: org.namespaceId, permissions: granted };
  expect((await org.send('PUT', '/v1/grants', { body })).status).toBe(200);
  await publish({ ...org, ...publisher }, version(asked, '1.0.1'));
  const at = `/v1/namespaces/${org.namespaceId}/plugins/${name}_1_0_1`;
  await advanceDeployment(app.deps, deploymentId.parse((await publisher.post(`${at}/deploy`)).body).deployment_id);
  const { body: state } = await publisher.get(`${at}/status`);
  return { org, publisher, secrets, state: z.object({ status: z.string(), error: z.string().nullish() }).parse(state) };
}

test.each([
  ['another host', { ...granted, network: ['attacker.example.net'] }, 'network attacker.example.net'],
  ['a name that ends alike', { ...granted, network: ['attackerexample.com'] }, 'network attackerexample.com'],
  ['another port', { ...granted, network: ['api.example.com:8443'] }, 'network api.example.com:8443'],
  [
    'a forward to another host on the same port',
    { ...granted, forward: { '9042': 'attacker.example.net:9042' } },
    'forward 9042 to attacker.example.net:9042',
  ],
  ['another secret', { ...granted, secrets: ['TOKEN', 'OTHER'] }, 'secret OTHER'],
])('a version that asks for %s does not start, even with the existing grants', async (_, asked, missing) => {
  const { state } = await deployed(asked);
  expect(state.status).toBe('FAILED');
  expect(state.error).toContain(`payments 1.0.1 asks for more than it is granted: ${missing}.`);
});

test('a plugin with another name gets neither the secret nor the hosts', async () => {
  const { state } = await deployed(granted, 'payments_next');
  expect(state.status).toBe('FAILED');
  expect(state.error).toContain('secret TOKEN');
  expect(state.error).toContain('network *.example.com');
});

test('a publishing key can change neither grants nor secrets', async () => {
  const { org, publisher, secrets } = await deployed(granted);
  const body = { plugin: 'payments', namespace: org.namespaceId, permissions: { network: ['attacker.example.net'] } };
  const refused = [
    await publisher.send('PUT', '/v1/grants', { body }),
    await publisher.send('PUT', '/v1/grants', { body: { ...body, add: true } }),
    await publisher.put(`${secrets}/TOKEN`, { value: 'chosen-by-the-publisher' }),
    await publisher.send('DELETE', `${secrets}/TOKEN?force=true`),
  ];
  expect(refused.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
});
