// Tests the console in a browser, with the Slipway that `npm start` runs: signing in and out, a rollback by keyboard, and that plugin
// content never becomes markup.
// @module-tag long
import { readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { signInLink } from '../../scripts/local/organization.ts';
import { SlipwayClient } from '../../src/client/client.ts';
import { signInByLink } from './chromium.ts';
import { consoleScene, hostileTexts, signOut } from './console-scene.ts';
import { faultsOf } from './faults.ts';

const scene = consoleScene();

/** Returns a sign-in link for another organization. */
async function linkOfStranger(name: string): Promise<string> {
  const created = await fetch(`${scene.local.url}/v1/admin/organizations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.local.admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  });
  const { api_key } = Object(await created.json());
  return signInLink({ ...scene.local, api_key });
}

describe('signing in', () => {
  test('signing in with a link works once, and removes the secret from the address', async () => {
    const link = await signInLink(scene.local);
    const page = await (await scene.newContext()).newPage();
    await page.goto(link);
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    expect(page.url()).not.toContain('sl_');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(new URL(page.url()).hash).toBe('');

    const other = await (await scene.newContext()).newPage();
    await other.goto(link);
    await other.getByText('This sign-in link was already used or has expired').waitFor();
    await other.getByLabel('API key').waitFor();
  });

  test('signing in with a link opens the page that the link names', async () => {
    const link = new URL(await signInLink(scene.local));
    link.pathname = scene.path('plugins/echo');
    const page = await (await scene.newContext()).newPage();
    await signInByLink(page, link.href);
    await page.getByRole('heading', { name: 'echo' }).waitFor();
  });

  test('signing in with a link counts, even if the browser is still reading its earlier session', async () => {
    const link = await signInLink(scene.local);
    const page = await (await scene.newContext()).newPage();
    const used = page.waitForResponse('**/v1/session/links/use');
    await page.route('**/v1/session', async (route) => {
      const earlier = await route.fetch();
      await used;
      await route.fulfill({ response: earlier }).catch(() => {});
    });
    await signInByLink(page, link);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  test("opening a link signs nobody in, but shows the link's organization and the browser's current organization", async () => {
    const link = await linkOfStranger('Strangers <b>Ltd</b>');
    const page = await (await scene.newContext()).newPage();
    await page.goto(link);
    await page.getByRole('heading', { name: `Sign in to Strangers <b>Ltd</b> on ${new URL(link).host}?` }).waitFor();
    expect((await page.request.get('/v1/session')).status()).toBe(401);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByLabel('API key').waitFor();

    const signedIn = await scene.signedInPage();
    await signedIn.goto(link);
    await signedIn.getByText('This browser is signed in to another organization, local.').waitFor();
    const organization = async () =>
      Object(await (await signedIn.request.get('/v1/session')).json()).key.organization_name;
    expect(await organization()).toBe('local');
    await signedIn.getByRole('button', { name: 'Cancel' }).click();
    await signedIn.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(await organization()).toBe('local');

    await signedIn.goto('about:blank');
    await signedIn.goto(link);
    await signedIn.getByRole('button', { name: 'Sign in', exact: true }).click();
    await signedIn.getByRole('button', { name: '@Strangers' }).waitFor();
    expect(await organization()).toBe('Strangers <b>Ltd</b>');
  });

  test('signing in with a key opens the requested page, and the key is stored nowhere in the browser', async () => {
    const context = await scene.newContext();
    const page = await context.newPage();
    await page.goto(scene.path('plugins/echo'));
    await page.getByLabel('API key').fill(scene.local.api_key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'echo' }).waitFor();
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(kept).not.toContain(scene.local.api_key);
    const cookies = await context.cookies();
    expect(cookies).toMatchObject([{ name: '__Host-slipway', httpOnly: true, secure: true, sameSite: 'Strict' }]);
  });

  test('signing in with a wrong key shows an error', async () => {
    const page = await (await scene.newContext()).newPage();
    await page.goto('/');
    await page.getByLabel('API key').fill('sk_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('The API key is not valid').waitFor();
  });

  test('signing out ends a session: the cookie is worthless afterwards', async () => {
    const page = await scene.signedInPage();
    const cookies = await page.context().cookies();
    await signOut(page);
    await page.context().addCookies(cookies);
    await page.goto(scene.path('plugins'));
    await page.getByRole('heading', { name: 'Sign in to Slipway' }).waitFor();
  });

  test('signing in is required again when the session was ended elsewhere', async () => {
    const page = await scene.signedInPage();
    const other = await page.context().newPage();
    await other.goto(scene.path('plugins'));
    await signOut(other);
    await page.getByRole('link', { name: 'Advisories' }).click();
    await page.getByRole('heading', { name: 'Sign in to Slipway' }).waitFor();
  });
});

test('a rollback by keyboard alone shows the target and the changes, takes a reason, and shows the live version afterwards', async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('plugins/echo'));
  await page.getByRole('button', { name: 'Roll back to 1.1.0…' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Calls to echo move from 1.2.0 to 1.1.0.').waitFor();
  await page.getByText('1 changed, +1 −1 lines').waitFor();
  // The only remaining empty field has the focus.
  await page.locator('input[name=reason]:focus').waitFor();
  await page.keyboard.type('the answers are wrong');
  await page.keyboard.press('Enter');
  await page.getByText('Live 1.1.0').waitFor();
  const client = new SlipwayClient({ baseUrl: scene.local.url, apiKey: scene.local.api_key });
  const { results } = await client.get('/v1/events', { query: { type: 'plugin.rolled_back', limit: 1 } });
  expect(results).toMatchObject([{ data: { message: 'the answers are wrong' } }]);
});

test("a failed deployment shows the step, the reason and the plugin's output", async () => {
  const page = await scene.signedInPage();
  await page.goto(scene.path('deployments'));
  await page.getByRole('link', { name: 'broken 1.0.0' }).click();
  await page.getByRole('heading', { name: 'Deployment of broken 1.0.0' }).waitFor();
  await page.getByText('no model here').first().waitFor();
});

test("a plugin's texts are shown as text", async () => {
  const page = await scene.signedInPage();
  const faults = faultsOf(page);
  await page.goto(scene.path('plugins/hostile/versions/1.0.0/source?file=notes.py'));
  await page
    .getByText(hostileTexts[0] ?? '')
    .first()
    .waitFor();
  for (const text of hostileTexts.slice(0, 4)) expect(await page.getByText(text).count()).toBeGreaterThan(0);
  await page.getByText('[U+202E]txt.exe').waitFor();
  await page.goto(scene.path('plugins/hostile/versions/1.0.0'));
  await page.getByText('onerror').waitFor();
  expect(await page.title()).toBe('hostile 1.0.0 · Slipway');
  expect(faults).toEqual([]);
});

test("a page for another organization's resource is not found, with the request ID", async () => {
  const page = await scene.signedInPage();
  await page.goto('/n/ns_01jd0000000000000000000000/plugins');
  await page.getByRole('alert').getByText('Namespace not found').waitFor();
  await page.getByRole('alert').getByText(/^req_/).waitFor();
});

test("the licenses of the console's fonts and packages are served with the console", async () => {
  const folder = 'console/assets';
  const file = (await readdir(`public/${folder}`)).find((name) => name.startsWith('licenses-'));
  const response = await fetch(`${scene.local.url}/${folder}/${file}`);
  const text = await response.text();
  const packages = text.split(/\n-{78}\n\n/).map((part) => part.trim().split('\n')[0]);
  expect(packages).toEqual(expect.arrayContaining(['@base-ui/react', '@tanstack/react-router', 'react', 'react-dom']));
  for (const font of ['inter', 'jetbrains-mono'])
    expect(text).toMatch(new RegExp(`^@fontsource-variable/${font}\n[^]*?SIL OPEN FONT LICENSE`, 'm'));
});
