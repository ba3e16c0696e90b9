// Tests the console's organization pages in a browser: quotas, keys, events.
// @module-tag long
import { expect, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { consoleScene } from './console-scene.ts';

const scene = consoleScene();

function client(apiKey = scene.local.api_key): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey, retries: { retriesMax: 0 } });
}

test('quotas show their usage, and undeploying a live plugin asks for its name and frees quota', async () => {
  const page = await scene.signedInPage();
  await page.goto('/quotas');
  await page.getByText('2 of 50').waitFor();
  await page
    .getByRole('row', { name: /^spare / })
    .getByRole('button')
    .click();
  const dialog = page.getByRole('dialog', { name: 'Undeploy every version of spare' });
  const undeploy = dialog.getByRole('button', { name: 'Undeploy spare', exact: true });
  for (const typed of ['', 'spar', 'spare ', 'Spare', 'spares']) {
    await dialog.getByLabel('Type spare to confirm').fill(typed);
    expect([typed, await undeploy.isDisabled()]).toEqual([typed, true]);
  }
  await dialog.getByLabel('Type spare to confirm').fill('spare');
  await undeploy.click();
  await page.getByText('1 of 50').waitFor();
  await page.getByRole('row', { name: /^spare / }).waitFor({ state: 'detached' });
});

test('a key is created for CI with its secret shown once, and revoked by typing its name', async () => {
  const page = await scene.signedInPage();
  await page.getByRole('link', { name: 'Access' }).click();
  await page.getByRole('link', { name: 'API keys' }).click();
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

test('a key has the chosen settings: scopes, one namespace, and an expiry', async () => {
  const page = await scene.signedInPage();
  await page.goto('/keys');
  const made = async (name: string, choose: () => Promise<unknown>) => {
    await page.getByRole('button', { name: 'Create a key…' }).click();
    await page.getByLabel('What is it for?').fill(name);
    await choose();
    await page.getByRole('button', { name: 'Create the key' }).click();
    const secret = await page.getByRole('status', { name: 'New secret' }).locator('code').first().innerText();
    await page.getByRole('button', { name: 'Done' }).click();
    const { scopes, namespace_ids, expires_at } = await client(secret).get('/v1/keys/self');
    const days = expires_at === null ? null : Math.round((Date.parse(expires_at) - Date.now()) / 86_400_000);
    return { scopes, namespace_ids, days };
  };
  const reading = made('one-namespace', async () => {
    await page.getByLabel('Read only').check();
    await page.getByLabel('Limited to').selectOption(scene.local.namespace_id);
    await page.getByLabel('Valid for').selectOption('365');
  });
  expect(await reading).toEqual({ scopes: ['plugins:read'], namespace_ids: [scene.local.namespace_id], days: 365 });
  const chosen = made('chosen-scopes', async () => {
    await page.getByLabel('Choose scopes').check();
    await page.getByLabel('audit:read').check();
    await page.getByLabel('Valid for').selectOption('');
  });
  expect(await chosen).toEqual({ scopes: ['audit:read'], namespace_ids: null, days: null });
});

test('a key gets another secret, which is shown once, and the old secret remains valid for the chosen time', async () => {
  const { api_key: old } = await client().post('/v1/keys', { body: { name: 'turning', scopes: ['keys:admin'] } });
  const page = await scene.signedInPage();
  await page.goto('/keys');
  await page.getByRole('button', { name: 'Rotate turning…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('The old secret stays valid for').selectOption('0');
  await dialog.getByText('This action as a command').click();
  expect(await dialog.locator('details code').first().innerText()).toMatch(/^slipway keys rotate key_\w+$/);
  await dialog.getByLabel('The old secret stays valid for').selectOption('3600');
  expect(await dialog.locator('details code').first().innerText()).toMatch(/ --overlap 1h$/);
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
  const secret = await page.getByRole('status', { name: 'New secret' }).locator('code').innerText();
  expect(secret).not.toBe(old);
  const names = [client(secret), client(old)].map((one) => one.get('/v1/keys/self').then(({ name }) => name));
  expect(await Promise.all(names)).toEqual(['turning', 'turning']);
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByText(secret).waitFor({ state: 'detached' });

  const own = page.getByRole('row').filter({ hasText: 'this session' });
  await own.getByRole('button', { name: /^Rotate / }).click();
  await dialog.getByText('This session ends then, too').waitFor();
  expect(await dialog.getByRole('option').allInnerTexts()).toEqual(['hour', 'day', '7 days']);
});

test("a page that the key can't access names the missing scope and explains how to get it", async () => {
  const reader = await client().post('/v1/keys', { body: { name: 'reader', scopes: ['plugins:read'] } });
  const page = await (await scene.newContext()).newPage();
  await page.goto('/keys');
  await page.getByLabel('API key').fill(reader.api_key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const alert = page.getByRole('alert');
  await alert.getByText('This key lacks the scope keys:admin').waitFor();
  await alert.getByText('slipway keys create NAME --scopes keys:admin').waitFor();
  await alert.getByText(/^req_/).waitFor();
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link');
  await expect.poll(() => links.allInnerTexts()).toEqual(expect.arrayContaining(['Plugins', 'Advisories']));
  const names = await links.allInnerTexts();
  for (const hidden of ['Runs', 'Access', 'Policy', 'Webhooks']) expect(names).not.toContain(hidden);
});

test('events are filtered by the URL, show the state before and after, and their chain is verified in the browser', async () => {
  await client().put('/v1/scan-policy', { body: { level: 'strict' } });
  await client().put('/v1/scan-policy', { body: { level: 'seed' } });
  const page = await scene.signedInPage();
  await page.goto('/events?type=scan_policy.');
  expect(await page.getByRole('combobox', { name: 'Type' }).inputValue()).toBe('scan_policy.');
  const rows = page.locator('[data-row]');
  await expect.poll(() => rows.count()).toBe(2);
  await rows.first().locator('summary').click();
  await rows.first().getByText('strict to seed').first().waitFor();
  await page.getByRole('combobox', { name: 'Order' }).selectOption('asc');
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.waitForURL('/events?type=scan_policy.&order=asc');
  await page.getByRole('button', { name: 'Verify the chain' }).click();
  await page.getByText('chain verified').waitFor();
});

test('the page of usage begins with the month, compared with its budget or quota, and links to the earlier ones', async () => {
  await client().put('/v1/budget', { body: { calls: 1000 } });
  const page = await scene.signedInPage();
  await page.goto('/quotas');
  await page.getByRole('link', { name: 'Twelve months' }).waitFor();
  const month = new Date().toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const headings = await page.locator('main h2').allInnerTexts();
  expect(headings.filter((heading) => heading !== 'What costs most')).toEqual([
    ...[`Used in ${month}`, 'Quotas', 'Limits of calls', 'Live plugins'],
  ]);
  const used = page.getByRole('table', { name: 'Used this month' });
  const rows = (await used.locator('tbody tr').allInnerTexts()).map((text) => text.replaceAll(/\s+/g, ' '));
  expect(rows).toEqual([
    expect.stringMatching(/^Calls \d+ of 1,000 \d% of the budget;/),
    expect.stringMatching(/^Instance time [\d.]+ h, no budget /),
    expect.stringMatching(/^Storage [\d.]+ [KM]iB of 100 GiB 0% of the quota /),
  ]);
});

test('pages of one menu item are tabs, without those that the key may not see', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('secrets'));
  const tabs = page.getByRole('navigation', { name: 'Secrets: pages' }).getByRole('link');
  await expect.poll(() => tabs.allInnerTexts()).toEqual(['Secrets', 'Private sources']);
  await tabs.nth(1).click();
  await page.getByRole('heading', { name: 'Private sources', level: 1 }).waitFor();
  expect(await tabs.nth(1).getAttribute('aria-current')).toBe('page');
  const item = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Secrets' });
  expect(await item.getAttribute('data-current')).toBe('true');

  const { api_key } = await client().post('/v1/keys', { body: { name: 'no-sources', scopes: ['plugins:read'] } });
  const reader = await (await scene.newContext()).newPage();
  await reader.goto(scene.path('secrets'));
  await reader.getByLabel('API key').fill(api_key);
  await reader.getByRole('button', { name: 'Sign in' }).click();
  await reader.getByRole('heading', { name: 'Secrets', level: 1 }).waitFor();
  expect(await reader.getByRole('navigation', { name: 'Secrets: pages' }).count()).toBe(0);
});

test('/usage leads to the page Usage', async () => {
  const page = await scene.signedInPage();
  await page.goto('/usage');
  await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();
});

test('the menu has at most twelve items in three groups, all shown in a window of 900 px', async () => {
  const page = await scene.signedInPage();
  await page.setViewportSize({ width: 1440, height: 900 });
  const menu = page.getByRole('navigation', { name: 'Main' });
  await menu.getByRole('link', { name: 'Advisories' }).waitFor();
  expect(await menu.getByRole('link').count()).toBeLessThanOrEqual(12);
  // The first group has no title.
  expect(await menu.getByRole('heading').allInnerTexts()).toEqual(['Security', 'Organization']);
  const hidden =
    "(({ clientHeight, scrollHeight }) => scrollHeight - clientHeight)(document.querySelector('.sidebar nav'))";
  expect(await page.evaluate(hidden)).toBe(0);
});
