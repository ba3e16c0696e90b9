// Tests what people do in the console: they join by an invitation through a real OpenID Connect provider, manage members, their own
// sessions and keys, switch organizations, and approve each other's versions.
// @module-tag long
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { ExtractorClient } from '../../../../scripts/demo/extractor-client.ts';
import { packFiles } from '../../../../scripts/demo/pack.ts';
import type { components } from '../../../../src/client/api.gen.d.ts';
import { SlipwayClient } from '../../../../src/client/client.ts';
import { publish as publishAndAsk } from '../../../../src/client/publish.ts';
import { barriers } from '../../../console/barriers.ts';
import { consoleScene } from '../../../console/console-scene.ts';
import { echoPlugin, publish } from '../../../e2e/plugins.ts';
import { OidcIssuer } from './oidc-issuer.ts';

type Role = components['schemas']['Member']['role'];

const scene = consoleScene({ plugins: false });

let issuer: OidcIssuer;
beforeAll(async () => {
  issuer = await OidcIssuer.start([{ id: 'slipway', redirectUri: `${scene.local.url}/v1/sign-in/callback` }]);
  await admin('/issuers', { name: 'example-id', purpose: 'people', url: issuer.url, client_id: 'slipway' });
});
afterAll(() => issuer?.[Symbol.asyncDispose]());

async function admin(path: string, body: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${scene.local.url}/v1/admin${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${scene.local.admin_token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect([path, response.status]).toEqual([path, 200]);
  return z.record(z.string(), z.unknown()).parse(await response.json());
}

function client(apiKey = scene.local.api_key): SlipwayClient {
  return new SlipwayClient({ baseUrl: scene.local.url, apiKey, retries: { retriesMax: 0 } });
}

const emailOf = (name: string) => `${name.toLowerCase()}@example.com`;
const dialog = (page: Page) => page.getByRole('dialog');

/** Signs in on the page's sign-in form, as the person of this name at the provider. */
async function signIn(page: Page, name: string): Promise<Page> {
  issuer.account = { subject: name, claims: { email: emailOf(name), email_verified: true, name } };
  await page.getByRole('button', { name: 'Sign in with example-id' }).click();
  // The overview of the only namespace, or the list of several.
  await page.getByRole('heading', { name: /^(Overview|Namespaces)$/, level: 1 }).waitFor();
  return page;
}

/** Opens an invitation's link in a new browser, and accepts it. */
async function accept(url: string, name: string): Promise<Page> {
  const page = await (await scene.newContext()).newPage();
  await page.goto(url);
  await page.getByText(/^You are invited to .* Sign in as /).waitFor();
  return signIn(page, name);
}

/** Makes the person a member of the scene's organization. Returns a page in their browser. */
async function join(name: string, role: Role): Promise<Page> {
  const { url } = await client().post('/v1/invitations', { body: { email: emailOf(name), role } });
  return accept(url, name);
}

/** Creates another organization, and invites the person as its first owner. */
async function ownOrganization(organization: string, owner: string): Promise<string> {
  const { organization_id: id } = await admin('/organizations', { name: organization });
  const { url } = await admin(`/organizations/${id}/invitations`, { email: emailOf(owner), role: 'owner' });
  return String(url);
}

/** Creates a personal key in the person's browser. Returns its secret. */
async function createKey(page: Page, name: string): Promise<string> {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Create a key…' }).click();
  await dialog(page).getByLabel('What is it for?').fill(name);
  await dialog(page).getByRole('button', { name: 'Create the key' }).click();
  const secret = await page.getByRole('status', { name: 'New secret' }).locator('code').first().innerText();
  await dialog(page).getByRole('button', { name: 'Done' }).click();
  return secret;
}

const members = async () => (await client().get('/v1/members')).results;

test('a person is invited on the Members page, joins through the provider, and is listed', async () => {
  const owner = await scene.signedInPage();
  await owner.getByRole('link', { name: 'Access' }).click();
  await owner.getByRole('button', { name: 'Invite…' }).click();
  await dialog(owner).getByLabel('E-mail address').fill(emailOf('Ivy'));
  await dialog(owner)
    .getByRole('radio', { name: /^admin / })
    .check();
  await dialog(owner).getByLabel('default').check();
  await dialog(owner).getByText('This action as a command').click();
  const command = await dialog(owner).locator('details code').first().innerText();
  expect(command).toBe(`slipway members invite ${emailOf('Ivy')} --role admin --only ${scene.local.namespace_id}`);
  await dialog(owner).getByRole('button', { name: 'Create the invitation' }).click();
  const created = owner.getByRole('status', { name: 'New invitation' });
  const url = await created.locator('code').innerText();
  await dialog(owner).getByRole('button', { name: 'Done' }).click();
  const open = owner.getByRole('row', { name: new RegExp(`^${emailOf('Ivy')} admin default first key `) });
  await open.waitFor();
  expect(await barriers(owner)).toEqual([]);

  const ivy = await accept(url, 'Ivy');
  await ivy.getByRole('button', { name: 'Ivy admin' }).click();
  await ivy.getByText(emailOf('Ivy')).waitFor();
  await owner.reload();
  await owner.getByRole('row', { name: new RegExp(`^Ivy ${emailOf('Ivy')} admin default `) }).waitFor();
  expect(await open.count()).toBe(0);
});

test('an open invitation is revoked, and its link says so', async () => {
  const { url } = await client().post('/v1/invitations', { body: { email: emailOf('Rae'), role: 'viewer' } });
  const owner = await scene.signedInPage();
  await owner.goto('/members');
  await owner.getByRole('button', { name: `Revoke ${emailOf('Rae')}…` }).click();
  await dialog(owner)
    .getByRole('button', { name: `Revoke ${emailOf('Rae')}`, exact: true })
    .click();
  await owner.getByText(`The invitation of ${emailOf('Rae')} is revoked.`).waitFor();
  const page = await (await scene.newContext()).newPage();
  await page.goto(url);
  await page.getByRole('alert').getByText('This invitation was already used, was revoked or has expired').waitFor();
});

test('a member gets another role in one namespace, and is removed by typing the e-mail address', async () => {
  const mia = await join('Mia', 'developer');
  const owner = await scene.signedInPage();
  await owner.goto('/members');
  await owner.getByRole('button', { name: `Change role ${emailOf('Mia')}…` }).click();
  await dialog(owner)
    .getByRole('radio', { name: /^viewer / })
    .check();
  await dialog(owner).getByLabel('default').check();
  await dialog(owner).getByRole('button', { name: 'Change the role' }).click();
  await owner.getByText('Mia is now viewer.').waitFor();
  const stored = (await members()).find(({ name }) => name === 'Mia');
  expect(stored).toMatchObject({ role: 'viewer', namespace_ids: [scene.local.namespace_id] });

  await owner.getByRole('button', { name: `Remove ${emailOf('Mia')}…` }).click();
  await dialog(owner)
    .getByLabel(`Type ${emailOf('Mia')} to confirm`)
    .fill(emailOf('Mia'));
  await dialog(owner)
    .getByRole('button', { name: `Remove ${emailOf('Mia')}`, exact: true })
    .click();
  await owner.getByText('Mia is no longer a member.').waitFor();
  expect((await members()).map(({ name }) => name)).not.toContain('Mia');
  await mia.goto('/account');
  await mia.getByRole('heading', { name: 'Sign in to Slipway' }).waitFor();
});

test('the last owner cannot leave, and a developer can', async () => {
  const lone = await accept(await ownOrganization('Alone', 'Lone'), 'Lone');
  await lone.goto('/members');
  const leave = async (page: Page, name: string) => {
    await page.getByRole('button', { name: `Leave ${emailOf(name)}…` }).click();
    await dialog(page)
      .getByLabel(`Type ${emailOf(name)} to confirm`)
      .fill(emailOf(name));
    await dialog(page)
      .getByRole('button', { name: `Leave ${emailOf(name)}`, exact: true })
      .click();
  };
  await leave(lone, 'Lone');
  await dialog(lone).getByRole('alert').getByText('This is the last owner of the organization.').waitFor();

  const dev = await join('Dev', 'developer');
  await dev.goto('/account');
  await leave(dev, 'Dev');
  await dev.getByRole('heading', { name: 'Sign in to Slipway' }).waitFor();
  expect((await members()).map(({ name }) => name)).not.toContain('Dev');
});

test('a person ends another of their sessions, and creates and revokes a personal key', async () => {
  const page = await join('Sam', 'developer');
  const other = await (await scene.newContext()).newPage();
  await other.goto('/sign-in');
  await signIn(other, 'Sam');
  const secret = await createKey(page, 'laptop');
  expect(await client(secret).get('/v1/keys/self')).toMatchObject({ name: 'laptop', person: { name: 'Sam' } });

  expect(await barriers(page)).toEqual([]);
  await page.getByRole('button', { name: /^End the session of / }).click();
  await dialog(page).getByRole('button', { name: 'End the session', exact: true }).click();
  await page.getByText('The session is ended.').waitFor();
  await other.goto('/account');
  await other.getByRole('heading', { name: 'Sign in to Slipway' }).waitFor();

  await page.getByRole('button', { name: 'Revoke laptop…' }).click();
  await dialog(page).getByLabel('Type laptop to confirm').fill('laptop');
  await dialog(page).getByRole('button', { name: 'Revoke laptop', exact: true }).click();
  await page.getByText('No personal keys yet.').waitFor();
  await expect
    .poll(() =>
      client(secret)
        .get('/v1/keys/self')
        .catch(({ status }) => status),
    )
    .toBe(401);
});

test('a person switches organizations, and an older tab changes nothing in the other one', async () => {
  await join('Ana', 'owner');
  const page = await accept(await ownOrganization('Second', 'Ana'), 'Ana');
  const tab = await page.context().newPage();
  await tab.goto('/account');
  await tab.getByText('Role in Second').waitFor();
  await tab.getByRole('button', { name: 'Create a key…' }).click();
  await dialog(tab).getByLabel('What is it for?').fill('astray');

  await page.getByRole('button', { name: /^Second / }).click();
  await page.getByRole('menuitemradio', { name: 'local' }).click();
  await page.getByText('This browser is now signed in as Ana in local.').waitFor();
  await page.getByRole('button', { name: /^local / }).waitFor();

  await dialog(tab).getByRole('button', { name: 'Create the key' }).click();
  await tab.getByText('This browser is now signed in as Ana in local.').waitFor();
  await tab.getByRole('button', { name: /^local / }).waitFor();
  await tab.goto('/account');
  await tab.getByText('Role in local').waitFor();
  await tab.getByText('No personal keys yet.').waitFor();
});

test('a key of the organization has no account page, and the page says how to get one', async () => {
  const page = await scene.signedInPage();
  await page.goto('/account');
  await page.getByRole('alert').getByText('This is a key of the organization, not of a person').waitFor();
  await page.getByRole('alert').getByText('Sign in to the console as a person').waitFor();
});

async function createNamespace(namespace_name: string): Promise<string> {
  const feature_extractors = [{ feature_extractor_name: 'text_extractor', version: 'v1' }];
  const { namespace_id } = await client().post('/v1/namespaces', { body: { namespace_name, feature_extractors } });
  return namespace_id;
}

test('a second person approves a staged version after looking at its changes, and events name both', async () => {
  const pat = await join('Pat', 'owner');
  const quinn = await join('Quinn', 'admin');
  const namespace_id = await createNamespace('guarded');
  const path = { namespace_identifier: namespace_id };
  const publisher = new ExtractorClient({ ...scene.local, api_key: await createKey(pat, 'publishing'), namespace_id });
  await publish(publisher, echoPlugin('echo', '1.0.0'));
  await client().patch('/v1/namespaces/{namespace_identifier}', { path, body: { requires_approval: true } });
  await publish(publisher, echoPlugin('echo', '1.1.0'));

  await pat.goto(`/n/${namespace_id}/plugins/echo/versions/1.1.0`);
  await pat.getByText("It waits for approval, and can't be deployed before.").waitFor();
  expect(await pat.getByRole('button', { name: 'Deploy' }).count()).toBe(0);
  await pat.getByRole('link', { name: 'Approve…' }).click();
  await pat.getByText('You published this version, so another person has to approve or reject it.').waitFor();
  expect(await pat.getByRole('button', { name: 'Approve…' }).count()).toBe(0);

  await quinn.goto('/approvals');
  await quinn.getByRole('link', { name: 'echo 1.1.0' }).click();
  await quinn.getByText('version = "1.1.0"').waitFor();
  expect(await barriers(quinn)).toEqual([]);
  await quinn.getByRole('button', { name: 'Approve…' }).click();
  await dialog(quinn).getByText('Nothing is deployed. It can be deployed from then on').waitFor();
  await dialog(quinn).getByLabel('Note').fill('Only the number changed');
  await dialog(quinn).getByRole('button', { name: 'Approve', exact: true }).click();
  await quinn.getByText('No version waits for approval.').waitFor();

  await pat.goto(`/n/${namespace_id}/plugins/echo/versions/1.1.0`);
  await pat.getByText(/^Approved by Quinn .*: Only the number changed$/).waitFor();
  await pat.getByRole('button', { name: 'Deploy', exact: true }).waitFor();
  await pat.goto(`/events?type=version.&namespace=${namespace_id}`);
  await pat.getByText('Quinn approved echo_1_1_0').waitFor();
  await pat.getByText('Pat, by CLI published echo_1_1_0, which waits for approval').waitFor();
});

test('an approval that deploys says so before and after, and leads to the deployment', async () => {
  const approver = await join('Alex', 'admin');
  const namespaceId = await createNamespace('deploying');
  await client().patch('/v1/namespaces/{namespace_identifier}', {
    path: { namespace_identifier: namespaceId },
    query: { without_approvers: 'true' },
    body: { requires_approval: true },
  });
  const { files, name, version } = echoPlugin('echo', '1.0.0');
  const archive = new Blob([await packFiles(files)]);
  await publishAndAsk(client(), { name, version, namespaceId, archive, deploy_when_approved: true });

  await approver.goto(`/approvals?plugin=echo_1_0_0&of=${namespaceId}`);
  await approver.getByRole('button', { name: 'Approve…' }).click();
  await dialog(approver).getByText('Approving deploys 1.0.0, as its publisher asked.').waitFor();
  await dialog(approver).getByRole('button', { name: 'Approve', exact: true }).click();
  await approver.getByText('echo 1.0.0 is approved and is being deployed.').waitFor();
  await approver.getByRole('link', { name: 'Deployment', exact: true }).click();
  await approver.getByRole('heading', { name: 'echo 1.0.0' }).waitFor();
});
