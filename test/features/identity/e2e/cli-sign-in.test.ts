// Tests `slipway login URL` from end to end: the command line, the console in a browser, and a real OpenID Connect provider.
// @module-tag long
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { beginLogin } from '../../../cli/begin-login.ts';
import { folderOf, slipway } from '../../../cli/slipway.ts';
import { barriers } from '../../../console/barriers.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { OidcIssuer } from './oidc-issuer.ts';

const scene = consoleScene({ plugins: false });
const claims = { email: 'ana@example.com', email_verified: true, name: 'Ana' };
const challenge = 'c'.repeat(43);

/** An issuer with which Ana signs in. */
beforeAll(async () => {
  const { api_key: apiKey, url } = scene.local;
  const redirectUri = `${url}/v1/sign-in/callback/${await organization()}`;
  const issuer = await OidcIssuer.start([{ id: 'slipway', redirectUri }]);
  issuer.account = { subject: 'ana', claims };
  const client = new SlipwayClient({ baseUrl: url, apiKey });
  const body = { name: 'example-id', purpose: 'people', url: issuer.url, client_id: 'slipway' } as const;
  await client.post('/v1/issuers', { body });
  const invitation = await client.post('/v1/invitations', { body: { email: claims.email, role: 'developer' } });
  const page = await (await scene.newContext()).newPage();
  await page.goto(invitation.url);
  await page.getByRole('button', { name: 'Sign in with example-id' }).click();
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  return () => issuer[Symbol.asyncDispose]();
});

/** Opens the page in a new browser, where Ana signs in first. */
async function signedInAt(url: URL) {
  const context = await scene.newContext();
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.goto(url.href);
  await page.getByRole('button', { name: 'Sign in with example-id' }).click();
  await page.getByRole('heading', { name: /^Give the command line on “.+” a personal key\?$/ }).waitFor();
  return page;
}

const whoIs = (apiKey: string) => new SlipwayClient({ baseUrl: scene.local.url, apiKey }).get('/v1/keys/self');

/** The organization has the issuer, not the operator. */
const organization = async () => (await whoIs(scene.local.api_key)).organization_id;

test('a person confirms in the browser, and the command line has a personal key', async () => {
  const login = await beginLogin(scene.local.url, '--organization', await organization());
  const page = await signedInAt(login.page);
  await page.getByText('It acts as Ana in local, with the role developer, for up to 90 days.').waitFor();
  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: 'Give it a key' }).click();
  await page.getByText('You can close this tab.').waitFor();
  expect(await login.ended).toBe('done');
  const own = await whoIs(login.stored().api_key);
  expect(own).toMatchObject({ kind: 'personal', person: { name: 'Ana' }, role: 'developer' });
});

test('a person who cancels ends the login', async () => {
  const login = await beginLogin(scene.local.url, '--organization', await organization());
  const page = await signedInAt(login.page);
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(await login.ended).toBe('denied');
});

test('a page without a port shows a code for this command alone', async () => {
  const asked = new URLSearchParams({ name: 'server', code_challenge: challenge, organization: await organization() });
  const page = await signedInAt(new URL(`/cli-sign-in?${asked}`, scene.local.url));
  await page.getByText('anyone who has it can act as you').waitFor();
  await page.getByRole('button', { name: 'Give it a key' }).click();
  const code = await page.locator('code').innerText();
  const env = { XDG_CONFIG_HOME: folderOf({}) };
  const other = await slipway(['login', scene.local.url, '--no-browser'], { env, input: `${code}\n` });
  expect([other.code, other.stderr]).toEqual([4, expect.stringContaining('is for another command line')]);
});

test('a link with a port below 1024, above 65535, or that is no number, is incomplete', async () => {
  const page = await scene.signedInPage();
  for (const port of ['80', '65536', '1e9', '8080@evil.example']) {
    await page.goto(`/cli-sign-in?name=laptop&code_challenge=${challenge}&port=${port}&state=s`);
    await page.getByRole('heading', { name: 'This link is incomplete' }).waitFor();
  }
});
