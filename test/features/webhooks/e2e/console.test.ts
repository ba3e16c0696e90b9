// Tests the console's pages of webhooks and their deliveries in a browser.
// @module-tag long
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { scriptedServer } from '../../../client/scripted-server.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { followNeeds, slipwayIn } from '../../../console/followed-needs.ts';

const scene = consoleScene();

function client(apiKey = scene.local.api_key): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey, retries: { retriesMax: 0 } });
}

followNeeds(scene, {
  webhook: {
    title: 'The last deliveries to 127.0.0.1:9 failed',
    command: 'slipway webhooks deliveries whk_',
    make: async () => {
      await client().post('/v1/webhooks', { body: { url: 'http://127.0.0.1:9/hook', events: ['key.'] } });
      await client().post('/v1/keys', { body: { name: 'event', scopes: ['plugins:read'] } });
    },
    resolve: (id) => slipwayIn(scene, 'webhooks', 'delete', id.replace('webhook.', ''), '--yes'),
  },
});

test("a webhook's test event fails with the receiver's answer, and redelivering it succeeds", async () => {
  const receiver = await scriptedServer({ status: 418 }, { status: 204, body: '' });
  onTestFinished(() => receiver[Symbol.asyncDispose]());
  const page = await scene.signedInPage();
  await page.getByRole('link', { name: 'Webhooks' }).click();
  await page.getByText('No webhooks yet.').waitFor();
  await page.getByRole('button', { name: 'Create a webhook…' }).click();
  await page.getByLabel('URL that receives events').fill(receiver.url);
  await page.getByLabel('upload.*').check();
  await page.getByRole('button', { name: 'Create the webhook' }).click();
  await page.getByText(/^whsec_/).waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: receiver.url }).click();
  await page.getByRole('button', { name: 'Send a test event' }).click();
  await page.getByRole('link', { name: 'webhook.test' }).click();
  await page.getByText('answered 418').waitFor();
  await page.getByRole('button', { name: 'Redeliver' }).click();
  await page.getByText('answered 204').waitFor();
  const [first, second] = receiver.received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);

  await page.getByRole('link', { name: 'Webhook', exact: true }).click();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('failed');
  await page.getByText('No deliveries match.').waitFor();
  expect(new URL(page.url()).search).toBe('?status=failed');
});

test('a webhook is rotated, enabled, recovered and deleted through its dialogs, and Cancel changes nothing', async () => {
  const url = 'https://hooks.example.com/dialogs';
  const { endpoint_id, secret } = await client().post('/v1/webhooks', { body: { url } });
  const path = { endpoint_id };
  const stored = () => client().get('/v1/webhooks/{endpoint_id}', { path });
  await client().post('/v1/webhooks/{endpoint_id}/disable', { path });
  const page = await scene.signedInPage();
  await page.goto(`/webhooks/${endpoint_id}`);
  await page.getByRole('button', { name: 'Enable' }).click();
  await page.getByRole('button', { name: 'Send a test event' }).waitFor();
  expect((await stored()).status).toBe('enabled');

  const rotate = async (overlap: string) => {
    await page.getByRole('button', { name: 'Rotate the secret…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rotate the secret' });
    await dialog.getByLabel('The old secret also signs for').selectOption(overlap);
    await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
    const shown = await dialog.getByText(/^whsec_/).innerText();
    await dialog.getByRole('button', { name: 'Done' }).click();
    const { previous_secret_until: until } = await stored();
    return [shown === secret, until === null ? null : Math.round((Date.parse(until) - Date.now()) / 3_600_000)];
  };
  expect([await rotate('3600'), await rotate('86400'), await rotate('0')]).toEqual([
    [false, 1],
    [false, 24],
    [false, null],
  ]);

  await page.getByRole('button', { name: 'Recover…' }).click();
  await page.getByRole('button', { name: 'Redeliver all failed events' }).click();
  await page.getByText(/^\d+ deliver(y is|ies are) repeated\.$/).waitFor();

  const open = () => page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete the webhook' });
  const remove = dialog.getByRole('button', { name: 'Delete', exact: true });
  await open();
  await dialog.getByLabel(`Type ${url} to confirm`).fill(url.slice(0, -1));
  expect(await remove.isDisabled()).toBe(true);
  await dialog.getByLabel(`Type ${url} to confirm`).fill(url);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect((await stored()).status).toBe('enabled');
  await open();
  await dialog.getByLabel(`Type ${url} to confirm`).fill(url);
  await remove.click();
  await page.waitForURL('/webhooks');
  await expect(stored()).rejects.toMatchObject({ status: 404 });
});

test('a webhook gets another URL, other event types and only one namespace, and is disabled', async () => {
  const { endpoint_id } = await client().post('/v1/webhooks', { body: { url: 'https://hooks.example.com/first' } });
  const path = { endpoint_id };
  const page = await scene.signedInPage();
  await page.goto(`/webhooks/${endpoint_id}`);
  await page.getByRole('button', { name: 'Edit…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('URL that receives events').fill('https://hooks.example.com/second');
  await dialog.getByLabel('Description').fill('<img src=x onerror="document.title=1">');
  await dialog.getByLabel('Types of events').fill('deployment.\nversion.published');
  await dialog.getByLabel('default').check();
  await dialog.getByText('This action as a command').click();
  expect(await dialog.locator('details code').first().innerText()).toContain(
    `-F 'events=["deployment.","version.published"]' -F 'namespace_ids=["${scene.local.namespace_id}"]'`,
  );
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'https://hooks.example.com/second' }).waitFor();
  await page.getByText('<img src=x onerror="document.title=1">').waitFor();
  await page.getByRole('button', { name: 'Disable…' }).click();
  await page.getByRole('button', { name: 'Disable', exact: true }).click();
  await page.getByText('disabled by request').waitFor();
  expect(await client().get('/v1/webhooks/{endpoint_id}', { path })).toMatchObject({
    url: 'https://hooks.example.com/second',
    events: ['deployment.', 'version.published'],
    namespace_ids: [scene.local.namespace_id],
    status: 'disabled',
  });
});

test('g w goes to the webhooks, and the menu opens them while Slipway is stopped and shows them once it is started', async () => {
  const page = await scene.signedInPage();
  await page.goto('/quotas');
  await page.getByText('Live plugins').first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('w');
  const heading = page.getByRole('heading', { name: 'Webhooks', level: 1 });
  await heading.waitFor();
  await page.goto(scene.path('plugins'));
  await page.route('**/*', (route) => route.abort('connectionrefused'));
  await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
  const unreachable = page.getByText("Slipway can't be reached.");
  await unreachable.waitFor();
  await page.unroute('**/*');
  await heading.waitFor();
  await unreachable.waitFor({ state: 'detached' });
});

test('webhooks are refused to a key that lacks their scope', async () => {
  const { api_key } = await client().post('/v1/keys', { body: { name: 'caller', scopes: ['plugins:invoke'] } });
  const page = await (await scene.newContext()).newPage();
  await page.goto('/');
  await page.getByLabel('API key').fill(api_key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  await page.goto('/webhooks');
  await page.getByRole('alert').getByText('This key lacks the scope').waitFor();
});

test("another organization's webhook is not found", async () => {
  const made = await fetch(`${scene.local.url}/v1/admin/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.local.admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'Other' }),
  });
  const { api_key } = Object(await made.json());
  const { endpoint_id } = await client(api_key).post('/v1/webhooks', { body: { url: 'http://127.0.0.1:9/theirs' } });
  const page = await scene.signedInPage();
  await page.goto(`/webhooks/${endpoint_id}`);
  await page.getByRole('heading', { name: 'Not found' }).waitFor();
});
