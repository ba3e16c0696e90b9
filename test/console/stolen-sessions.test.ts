// Tests what an attacker gets from a console session in a browser: from another origin's page, with a copied cookie, with a limited
// key, and with another organization's IDs. Prints the results.
// @module-tag long
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { consoleScene, signOut } from './console-scene.ts';

const scene = consoleScene({ plugins: false });

function report(what: string, happened: string): void {
  process.stdout.write(`${what}: ${happened}\n`);
}

/** Serves a page on another port of this machine. Browsers treat it as the same site, and send the cookie to it. */
async function attackersPage(script: string): Promise<string> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end(`<!doctype html><title>waiting</title><script>${script}</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}/`;
}

function client(apiKey = scene.local.api_key): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey, retries: { retriesMax: 0 } });
}

test("a page from another origin can neither read nor change anything with its visitor's session", async () => {
  const page = await scene.signedInPage();
  const body = JSON.stringify({ name: 'stolen', scopes: ['keys:admin'] });
  const script = `(async () => {
    const url = '${scene.local.url}/v1/keys';
    const read = await fetch(url, { credentials: 'include' }).then(() => 'read', () => 'refused');
    const sent = { method: 'POST', credentials: 'include', mode: 'no-cors', body: '${body}' };
    await fetch(url, sent).catch(() => undefined);
    document.title = read;
  })()`;
  const statuses: number[] = [];
  page.on('response', (response) => {
    if (response.request().method() === 'POST') statuses.push(response.status());
  });
  await page.goto(await attackersPage(script));
  await expect.poll(() => page.title()).toBe('refused');
  expect(statuses).toEqual([403]);
  const { results } = await client().get('/v1/keys');
  expect(results.map(({ name }) => name)).not.toContain('stolen');
  report(
    'A page of another origin',
    `reading keys is ${await page.title()} by the browser, creating one gets ${statuses}`,
  );
});

test("the console can't be framed by another page", async () => {
  const page = await scene.signedInPage();
  await page.goto(await attackersPage(''));
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.evaluate(
    `document.body.append(Object.assign(document.createElement('iframe'), { src: '${scene.local.url}/' }))`,
  );
  expect((await refused).type()).toBe('error');
  report('A frame of another page', (await refused).text());
});

test('a copied cookie is worthless after signing out', async () => {
  const page = await scene.signedInPage();
  const cookies = await page.context().cookies();
  const thief = await scene.newContext();
  await thief.addCookies(cookies);
  expect((await thief.request.get('/v1/session')).status()).toBe(200);
  await signOut(page);
  const after = await thief.request.get('/v1/session');
  expect(after.status()).toBe(401);
  report('A copied cookie', `200 before its owner signs out, afterwards ${after.status()} ${await after.text()}`);
});

test('a session with a limited key shows no actions that the key lacks, and the server refuses them', async () => {
  const { api_key } = await client().post('/v1/keys', { body: { name: 'caller', scopes: ['plugins:invoke'] } });
  const context = await scene.newContext();
  const page = await context.newPage();
  await page.goto('/');
  await page.getByLabel('API key').fill(api_key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Main' }).waitFor();
  const links = await page.getByRole('navigation', { name: 'Main' }).getByRole('link').allInnerTexts();
  expect(links).not.toContain('API keys');
  const paths = ['/keys', '/events', scene.path('plugins'), scene.path('deployments')];
  for (const path of paths) {
    await page.goto(path);
    const refusal = page.getByRole('alert').getByText('This key lacks the scope');
    await refusal.waitFor();
    report(`A key with plugins:invoke alone on ${path}`, await refusal.innerText());
  }
});

test("another organization's IDs in the URL are not found, like IDs that don't exist", async () => {
  const admin = { authorization: `Bearer ${scene.local.admin_token}`, 'content-type': 'application/json' };
  const made = await fetch(`${scene.local.url}/v1/admin/organizations`, {
    method: 'POST',
    headers: admin,
    body: JSON.stringify({ name: 'Other' }),
  });
  const { namespace_id } = Object(await made.json());
  const page = await scene.signedInPage();
  for (const path of [`/n/${namespace_id}/plugins`, `/n/${namespace_id}/deployments`]) {
    await page.goto(path);
    await page.getByRole('heading', { name: 'Not found' }).waitFor();
    report(`Another organization's ${path}`, (await page.getByRole('alert').locator('p').first().innerText()).trim());
  }
});
