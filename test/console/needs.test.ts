// Follows needs from their cause to their end on a running server: each is listed by the API, by `slipway status` and in the overview,
// whose number in the menu is the list's, and is gone once it is dealt with.
// @module-tag long
import { expect, test } from 'vitest';
import { z } from 'zod';
import { deployAndWait } from '../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../scripts/demo/pack.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { publish as publishWith } from '../../src/client/publish.ts';
import { inProcess } from '../cli/in-process.ts';
import { echoPlugin, publish } from '../e2e/plugins.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

const day = 86_400_000;
const here = () => ({ namespace_id: scene.local.namespace_id });

function client(): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key, retries: { retriesMax: 0 } });
}

async function slipway(...args: string[]) {
  const ran = await inProcess(args, { SLIPWAY_BASE_URL: scene.local.url, SLIPWAY_API_KEY: scene.local.api_key });
  expect(ran).toMatchObject({ exit: 'done' });
  return ran.stdout;
}

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

/** Publishes a plugin whose manifest asks for a secret. */
async function publishAsking(): Promise<void> {
  const plugin = echoPlugin('asking', '1.0.0');
  plugin.files['manifest.py'] += 'permissions = {"secrets": ["API_KEY"]}\n';
  await publish(scene.client, plugin);
}

interface Followed {
  /** Parts of the title and of the command in the list. */
  title: string;
  command: string;
  make(): Promise<unknown>;
  /** Does it with commands, as far as they exist. */
  resolve(id: string): Promise<unknown>;
}

const followed: Record<string, Followed> = {
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
  missing: {
    title: 'asking 1.0.0 lacks ',
    command: 'slipway secrets set API_KEY',
    make: publishAsking,
    resolve: async () => {
      const path = { ...here(), name: 'API_KEY' };
      await client().put('/v1/namespaces/{namespace_id}/secrets/{name}', { path, body: { value: 'a secret' } });
    },
  },
  approval: {
    title: 'spare 1.1.0 waits for approval',
    command: 'slipway approve spare@1.1.0 --show',
    make: async () => {
      const { files, name, version } = echoPlugin('spare', '1.1.0');
      const archive = new Blob([await packFiles(files)]);
      await publishWith(client(), { name, version, namespaceId: scene.local.namespace_id, archive, stage: true });
    },
    resolve: () => slipway('delete', 'spare@1.1.0', '--yes'),
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
  webhook: {
    title: 'The last deliveries to 127.0.0.1:9 failed',
    command: 'slipway webhooks deliveries whk_',
    make: async () => {
      await client().post('/v1/webhooks', { body: { url: 'http://127.0.0.1:9/hook', events: ['key.'] } });
      await client().post('/v1/keys', { body: { name: 'event', scopes: ['plugins:read'] } });
    },
    resolve: (id) => slipway('webhooks', 'delete', id.replace('webhook.', ''), '--yes'),
  },
};

const listed = async () => (await client().get('/v1/attention')).needs;

test.each(Object.entries(followed))('%s is listed everywhere until it is dealt with', async (kind, one) => {
  await one.make();
  const ofKind = async () => (await listed()).filter((need) => need.kind === kind);
  await expect.poll(ofKind).toMatchObject([{ title: expect.stringContaining(one.title) }]);
  const [need] = await ofKind();
  const { action, id, title } = z
    .object({
      id: z.string(),
      title: z.string(),
      action: z.object({ command: z.string(), page: z.string().nullable() }),
    })
    .parse(need);
  expect(action.command).toContain(one.command);
  expect(await slipway('status')).toContain(`${title}\n    ${action.command}\n`);

  const page = await scene.signedInPage();
  const items = page.getByRole('region', { name: 'Needs you' }).getByRole('listitem');
  const row = items.filter({ hasText: title });
  await row.getByText(action.command).waitFor();
  const badge = page.getByRole('navigation', { name: 'Main' }).getByTitle(/needs? you$/);
  await expect.poll(async () => Number(await badge.innerText())).toBe(await items.count());
  await row.getByRole('link').first().click();
  await page.waitForURL((url) => `${url.pathname}${url.search}`.startsWith(action.page?.split('?')[0] ?? ''));
  expect(await page.getByText(/could not be found|not found|may not/i).count()).toBe(0);

  await one.resolve(id);
  await expect.poll(ofKind).toEqual([]);
  expect(await slipway('status')).not.toContain(title);
  await page.goto(scene.path(''));
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  await expect.poll(() => row.count()).toBe(0);
  await page.close();
});
