// Follows the kernel's needs on a running server.
// @module-tag long
import { expect } from 'vitest';
import { deployAndWait } from '../../scripts/demo/extractor-client.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { consoleScene } from './console-scene.ts';
import { clientIn, followNeeds, slipwayIn } from './followed-needs.ts';

const scene = consoleScene();

const day = 86_400_000;
const here = () => ({ namespace_id: scene.local.namespace_id });

const client = () => clientIn(scene);
const slipway = (...args: string[]) => slipwayIn(scene, ...args);

async function deployed(name: string, version: string): Promise<void> {
  const plugin = echoPlugin(name, version);
  await publish(scene.client, plugin);
  await deployAndWait(scene.client, plugin.pluginId, 300_000);
}

async function setQuota(keys: number): Promise<void> {
  const { organization_id: id } = await client().get('/v1/keys/self');
  const response = await fetch(`${scene.local.url}/v1/admin/organizations/${id}/quotas`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${scene.local.admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ keys }),
  });
  expect(response.status).toBe(200);
}

followNeeds(scene, {
  'failed-deployment': {
    title: 'broken 1.0.0 failed to deploy: ',
    command: 'slipway deployments show dep_',
    make: async () => undefined,
    resolve: () => deployed('broken', '1.0.1'),
  },
  'failing-plugin': {
    title: 'echo 1.2.0 failed 1 of ',
    command: 'slipway logs echo --level error',
    make: async () => {
      const path = { ...here(), slug: 'echo' };
      const body = { inputs: { text: 'hello', fail: true } };
      await client().post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/realtime', { path, body });
    },
    resolve: () => slipway('rollback', 'echo@1.1.0', '--yes'),
  },
  release: {
    title: 'The release of echo 1.2.0 waits: someone is away',
    command: 'slipway releases show rel_',
    make: async () => {
      const plan = { steps: [{ percent: 10 }], hold: '24h' };
      const body = { plugin: 'echo', version: '1.2.0', plan };
      const { id } = await client().post('/v1/namespaces/{namespace_id}/releases', { path: here(), body });
      const path = { ...here(), release_id: id };
      const reason = { reason: 'someone is away' };
      await client().post('/v1/namespaces/{namespace_id}/releases/{release_id}/pause', { path, body: reason });
    },
    resolve: () => slipway('releases', 'resume', 'echo'),
  },
  budget: {
    title: "% of the organization's monthly budget of stored bytes is spent",
    command: 'slipway budget show',
    make: () => client().put('/v1/budget', { body: { stored_bytes: 1 } }),
    resolve: () => client().put('/v1/budget', { body: {} }),
  },
  quota: { title: ' of 1 ', command: 'slipway quotas list', make: () => setQuota(1), resolve: () => setQuota(100) },
  key: {
    title: 'The API key soon expires on ',
    command: 'slipway keys revoke key_',
    make: () => {
      const expires_at = new Date(Date.now() + 3 * day).toISOString();
      return client().post('/v1/keys', { body: { name: 'soon', scopes: ['plugins:read'], expires_at } });
    },
    resolve: (id) => slipway('keys', 'revoke', id.replace('key.', ''), '--yes'),
  },
});
