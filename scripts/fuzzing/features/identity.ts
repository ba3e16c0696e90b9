// Creates issuers, trusted publishers and members for a schemathesis run. Members sign in with a real OpenID Connect provider.
import { randomUUID } from 'node:crypto';
import { SlipwayClient } from '../../../src/client/client.ts';
import { browse, OidcIssuer } from '../../../test/features/identity/e2e/oidc-issuer.ts';
import type { FuzzedServer } from '../resources.ts';

type Settings = Record<string, string>;

/** Makes every name new, so that a run can be repeated on one server. */
const suffix = randomUUID().slice(0, 8);

export async function create(server: FuzzedServer): Promise<Settings> {
  const operator = new SlipwayClient({ baseUrl: server.local.url, apiKey: server.local.admin_token });
  return { ...(await createIssuers(server, operator)), ...(await createPeople(server, operator)) };
}

/** Creates issuers to read and to remove, and a trusted publisher. */
async function createIssuers({ local, client }: FuzzedServer, operator: SlipwayClient): Promise<Settings> {
  const url = 'https://ci.example.com';
  const made = async (name: string) =>
    (await client.post('/v1/issuers', { body: { name: `${name}-${suffix}`, url } })).issuer_id;
  const shared = async (name: string) =>
    (await operator.post('/v1/admin/issuers', { body: { name: `operator-${name}-${suffix}`, url: `${url}/operator` } }))
      .issuer_id;
  const issuer_id = await made('kept');
  const { trusted_publisher_id } = await client.post('/v1/trusted-publishers', {
    body: {
      ...{ issuer_id, namespace: local.namespace_id, plugin: 'text_*' },
      conditions: [{ claim: 'repository', equals: 'acme/plugins' }],
    },
  });
  return {
    ...{ ISSUER: issuer_id, REMOVED_ISSUER: await made('removed'), TRUSTED_PUBLISHER: trusted_publisher_id },
    ...{ OPERATOR_ISSUER: await shared('kept'), REMOVED_OPERATOR_ISSUER: await shared('removed') },
  };
}

/** Creates a member with keys and a session, another one to remove, and an invitation. */
async function createPeople({ local, client }: FuzzedServer, operator: SlipwayClient): Promise<Settings> {
  const id = `slipway-${suffix}`;
  await using provider = await OidcIssuer.start([{ id, redirectUri: `${local.url}/v1/sign-in/callback` }]);
  const { issuer_id } = await operator.post('/v1/admin/issuers', {
    body: { name: `people-${suffix}`, purpose: 'people', url: provider.url, client_id: id },
  });
  const invite = (email: string) => client.post('/v1/invitations', { body: { email, role: 'admin' } });
  const join = async (subject: string) => {
    const email = `${subject}-${suffix}@example.com`;
    provider.account = { subject, claims: { email, email_verified: true, name: subject } };
    const invitation = new URL((await invite(email)).url).hash.slice('#invitation='.length);
    return signIn(local.url, { issuer_id, invitation });
  };
  const [ana, ben] = [await join('ana'), await join('ben')];
  const key = await ana.post('/v1/person/keys', { name: 'fuzzed' });
  const { invitation_id } = await invite(`eve-${suffix}@example.com`);
  const as = new SlipwayClient({ baseUrl: local.url, apiKey: String(key.api_key) });
  const { person_id } = await as.get('/v1/person');
  const { sessions } = await as.get('/v1/person/sessions');
  return {
    ...{ PERSON: person_id, PERSONAL_KEY: String(key.api_key), SESSION: sessions[0]?.session_id ?? '' },
    REVOKED_PERSONAL_KEY: String((await ana.post('/v1/person/keys', { name: 'revoked' })).key_id),
    ...{ REMOVED_PERSON: String((await ben.get('/v1/person')).person_id), INVITATION: invitation_id },
  };
}

/** Signs in as a browser does, and returns the session's requests. */
async function signIn(url: string, body: { issuer_id: string; invitation: string }) {
  const json = { 'content-type': 'application/json' };
  const begun = await fetch(`${url}/v1/sign-in`, { method: 'POST', headers: json, body: JSON.stringify(body) });
  const { authorization_url } = await answerOf(begun);
  const callback = await browse(String(authorization_url), `${url}/`);
  const cookie = cookieOf(await fetch(callback, { headers: { cookie: cookieOf(begun) } }), '__Host-slipway=');
  const get = async (path: string) => answerOf(await fetch(`${url}${path}`, { headers: { cookie } }));
  const csrf = String((await get('/v1/session')).csrf_token);
  const post = async (path: string, sent: object) => {
    const headers = { ...json, cookie, 'slipway-csrf': csrf };
    return answerOf(await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(sent) }));
  };
  return { get, post };
}

async function answerOf(response: Response): Promise<Record<string, unknown>> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return Object(await response.json());
}

function cookieOf(response: Response, prefix = '__Host-slipway-sign-in='): string {
  const line = response.headers.getSetCookie().find((one) => one.startsWith(prefix));
  if (line === undefined) throw new Error(`${response.url} answered ${response.status} without the cookie ${prefix}`);
  return line.split(';')[0] ?? '';
}
