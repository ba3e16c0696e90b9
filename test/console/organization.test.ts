// Tests the console's pages of the organization in a browser: quotas, keys, webhooks and their deliveries, events.
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { scriptedServer } from '../client/scripted-server.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

function client(apiKey = scene.local.api_key): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey, retries: { retriesMax: 0 } });
}

test('quotas show what is used, and undeploying a live plugin asks for its name and frees one', async () => {
  const page = await scene.signedInPage();
  await page.goto('/quotas');
  await page.getByText('2 of 50').waitFor();
  await page
    .getByRole('row', { name: /^spare / })
    .getByRole('button')
    .click();
  const dialog = page.getByRole('dialog', { name: 'Undeploy every version of spare' });
  const undeploy = dialog.getByRole('button', { name: 'Undeploy spare', exact: true });
  expect(await undeploy.isDisabled()).toBe(true);
  await dialog.getByLabel('Type spare to confirm').fill('spare');
  await undeploy.click();
  await page.getByText('1 of 50').waitFor();
  await page.getByRole('row', { name: /^spare / }).waitFor({ state: 'detached' });
});

// Promised in docs/console.md: asks for its name first
test('a key is made for CI with its secret shown once, and revoked by typing its name', async () => {
  const page = await scene.signedInPage();
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.getByRole('button', { name: 'Create a key…' }).click();
  await page.getByLabel('What is it for?').fill('robot');
  await page.getByRole('button', { name: 'Create the key' }).click();
  const secret = await page.getByRole('status', { name: 'New secret' }).locator('code').first().innerText();
  expect(secret).toMatch(/^sk_/);
  await page.getByText('secrets.SLIPWAY_API_KEY').waitFor();
  const { scopes, expires_at } = await client(secret).get('/v1/keys/self');
  expect(scopes).toEqual(['plugins:read', 'plugins:write', 'plugins:deploy']);
  const days = (Date.parse(expires_at ?? '') - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(90);

  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText(secret).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Revoke robot…' }).click();
  await page.getByLabel('Type robot to confirm').fill('robot');
  await page.getByRole('button', { name: 'Revoke robot', exact: true }).click();
  await page
    .getByRole('row', { name: /^robot / })
    .getByText('revoked')
    .waitFor();
  const { results } = await client().get('/v1/keys', { query: { status: 'revoked' } });
  expect(results.map(({ name }) => name)).toEqual(['robot']);
});

// Promised in docs/console.md: names the missing scope
test('a page that the key may not see names the missing scope and how to get it', async () => {
  const reader = await client().post('/v1/keys', { body: { name: 'reader', scopes: ['plugins:read'] } });
  const page = await (await scene.newContext()).newPage();
  await page.goto('/keys');
  await page.getByLabel('API key').fill(reader.api_key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('This key lacks the scope keys:admin').waitFor();
  await alert.getByText('slipway keys create NAME --scopes keys:admin').waitFor();
  await alert.getByText(/^req_/).waitFor();
  const links = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts();
  expect(links).toEqual(['Plugins', 'Quotas', 'API']);
});

test('a webhook: a test event fails with what the receiver answered, and redelivering it succeeds', async () => {
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

  await page.getByRole('link', { name: 'Delivery', exact: true }).click();
  await page.getByRole('combobox', { name: 'Status' }).selectOption('failed');
  await page.getByText('No deliveries match.').waitFor();
  expect(new URL(page.url()).search).toBe('?status=failed');
});

test('the events are filtered by the URL, say before and after, and the chain is verified in the browser', async () => {
  await client().put('/v1/scan-policy', { body: { level: 'strict' } });
  await client().put('/v1/scan-policy', { body: { level: 'seed' } });
  const page = await scene.signedInPage();
  await page.goto('/events?type=scan_policy.');
  expect(await page.getByRole('combobox', { name: 'Type' }).inputValue()).toBe('scan_policy.');
  const rows = page.locator('[data-row]');
  await expect.poll(() => rows.count()).toBe(2);
  await rows.first().locator('summary').click();
  await rows.first().getByText('strict to seed').waitFor();
  await page.getByRole('combobox', { name: 'Order' }).selectOption('asc');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL('/events?type=scan_policy.&order=asc');
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText('chain verified').waitFor();
});
