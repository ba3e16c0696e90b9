// People who sign in: an OpenID provider with keys of its own, and browsers with a jar of cookies.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';
import { idSchema } from '../../../../src/contract/ids.ts';
import type { IssuerId, OrganizationId } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import type { Deps } from '../../../../src/deps.ts';
import { addIssuer, type GivenIssuer, operator } from '../../../../src/features/identity/issuers/issuers.ts';
import { issuers } from '../../../../src/features/identity/tables.ts';
import { origin } from '../../../support/client.ts';
import { clockAt, type TestApp, type TestClock, testApp } from '../../../support/deps.ts';
import { organization } from '../../../support/scenes/organization.ts';

export interface Account {
  sub: string;
  email: string;
  email_verified?: boolean;
  name?: string;
  groups?: string[];
}

export const ana: Account = { sub: 'ana', email: 'ana@example.com', email_verified: true, name: 'Ana' };
export const ben: Account = { sub: 'ben', email: 'ben@example.com', email_verified: true, name: 'Ben' };

interface Granted {
  account: Account;
  nonce: string;
  challenge: string;
  changed: JWTPayload;
}

export interface Provider {
  url: string;
  clientId: string;
  fetch: Deps['fetch'];
  /** The provider's page, where the account agrees. Returns the URL that it sends the browser to. */
  agree(authorizationUrl: string, account: Account, changed?: JWTPayload): string;
}

/** A provider whose token endpoint accepts each code once, with its PKCE verifier. */
export async function provider(clock: TestClock, url = 'https://id.example.com'): Promise<Provider> {
  const clientId = 'slipway-client';
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }];
  const codes = new Map<string, Granted>();
  const configuration = {
    issuer: url,
    jwks_uri: `${url}/keys`,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    id_token_signing_alg_values_supported: ['ES256'],
  };
  const token = async (body: URLSearchParams): Promise<Response> => {
    const granted = codes.get(body.get('code') ?? '');
    codes.delete(body.get('code') ?? '');
    if (!granted || granted.challenge !== (await challengeOf(body.get('code_verifier') ?? '')))
      return Response.json({ error: 'invalid_grant' }, { status: 400 });
    const now = Math.floor(clock.now() / 1000);
    const claims = { ...granted.account, iss: url, aud: clientId, nonce: granted.nonce, iat: now, exp: now + 300 };
    const signed = new SignJWT({ ...claims, ...granted.changed }).setProtectedHeader({ alg: 'ES256', kid: 'one' });
    const idToken = await signed.sign(privateKey);
    return Response.json({ access_token: 'opaque', token_type: 'Bearer', id_token: idToken });
  };
  return {
    url,
    clientId,
    agree: (authorizationUrl, account, changed = {}) => {
      const asked = new URL(authorizationUrl).searchParams;
      const code = crypto.randomUUID();
      codes.set(code, {
        ...{ account, changed, nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' },
      });
      const back = new URL(asked.get('redirect_uri') ?? '');
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      return back.href;
    },
    fetch: async (target, { body }) => {
      if (target === `${url}/.well-known/openid-configuration`) return Response.json(configuration);
      if (target === `${url}/keys`) return Response.json({ keys });
      if (target === `${url}/token`) return token(new URLSearchParams(String(body)));
      return new Response(null, { status: 404 });
    },
  };
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  const text = btoa(String.fromCharCode(...new Uint8Array(digest)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** An app whose requests to the outside reach the providers. */
export function appWith(clock: TestClock, ...providers: Provider[]): TestApp {
  return testApp({
    clock,
    fetch: async (url, init) => {
      const reached = providers.find((one) => url.startsWith(`${one.url}/`));
      return reached ? reached.fetch(url, init) : new Response(null, { status: 404 });
    },
  });
}

/** Adds the provider as an issuer of people: an organization's, or the operator's, which have a limit that the tests together exceed. */
export async function issuerOf(
  { deps, fetch }: TestApp,
  { url, clientId }: Provider,
  { organizationId, ...given }: Partial<GivenIssuer> & { organizationId?: OrganizationId } = {},
): Promise<IssuerId> {
  const owner = organizationId ?? (await organization({ fetch })).id;
  const { id } = await addIssuer(
    deps,
    { ...operator, organizationId: owner },
    {
      ...{ name: `Example ID ${crypto.randomUUID()}`, purpose: 'people', url, clientId, clientSecret: 'client-secret' },
      ...{ jwks: null, groupsClaim: null, groupRoles: null },
      ...given,
    },
  );
  if (organizationId === undefined)
    await database(env.DB).update(issuers).set({ organizationId: null }).where(eq(issuers.id, id));
  return id;
}

/** A browser with a jar of cookies. It sends its pages' requests with the headers that browsers add. */
export class Browser {
  readonly #fetch: TestApp['fetch'];
  readonly cookies = new Map<string, string>();

  constructor({ fetch }: TestApp) {
    this.#fetch = fetch;
  }

  /** Follows a link from another site: strict cookies stay at home. */
  async arrive(url: string): Promise<{ status: number; text: string; headers: Headers }> {
    const response = await this.#send(new URL(url), { headers: { 'sec-fetch-site': 'cross-site' } }, [
      '__Host-slipway-sign-in',
    ]);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }

  async send(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
    const csrf = method === 'GET' || !this.cookies.has('__Host-slipway') ? '' : await this.#csrf();
    const headers = {
      ...{ origin, 'sec-fetch-site': 'same-origin', 'slipway-csrf': csrf },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await this.#send(new URL(path, origin), init, [...this.cookies.keys()]);
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text) };
  }

  get(path: string) {
    return this.send('GET', path);
  }

  async #csrf(): Promise<string> {
    const { body } = await this.send('GET', '/v1/session');
    return z.object({ csrf_token: z.string() }).safeParse(body).data?.csrf_token ?? '';
  }

  async #send(url: URL, init: RequestInit, sent: string[]): Promise<Response> {
    const headers = new Headers(init.headers);
    const cookies = sent.filter((name) => this.cookies.has(name)).map((name) => `${name}=${this.cookies.get(name)}`);
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '));
    const response = await this.#fetch(new Request(url, { ...init, headers }));
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (line.split(';')[0] ?? '').split('=');
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }
}

const begunModel = z.object({ authorization_url: z.url() });

export interface SignInFields {
  issuer_id: IssuerId;
  organization_id?: OrganizationId;
  invitation?: string;
  page?: string;
}

/** Begins a sign-in, and returns the URL of the provider's page. */
export async function begin(browser: Browser, fields: SignInFields): Promise<string> {
  const { status, body } = await browser.send('POST', '/v1/sign-in', fields);
  if (status !== 200) throw new Error(`answered with ${status}: ${JSON.stringify(body)}`);
  return begunModel.parse(body).authorization_url;
}

/** Signs an account in from begin to end. */
export async function signIn(browser: Browser, at: Provider, fields: SignInFields, account: Account) {
  return browser.arrive(at.agree(await begin(browser, fields), account));
}

const invitationModel = z.object({ invitation_id: idSchema('invitation'), url: z.url() });

/** Parses an invitation's answer into its ID and its link's secret. */
export function invitationOf(body: unknown): { id: string; secret: string } {
  const { invitation_id: id, url } = invitationModel.parse(body);
  return { id, secret: new URL(url).hash.slice('#invitation='.length) };
}

/** An organization, an issuer of people that the operator added, and ways to join. */
export async function peopleScene() {
  const clock = clockAt(Date.now());
  const at = await provider(clock);
  const app = appWith(clock, at);
  const org = await organization({ fetch: app.fetch });
  const issuer = await issuerOf(app, at);
  const invite = async (email: string, role = 'owner', from = org) =>
    invitationOf((await from.post('/v1/invitations', { email, role })).body);
  /** Signs the account in with an invitation. */
  const join = async (account: Account, role = 'owner') => {
    const browser = new Browser(app);
    const { secret } = await invite(account.email, role);
    const page = await signIn(browser, at, { issuer_id: issuer, invitation: secret }, account);
    return { browser, page };
  };
  return { ...app, app, clock, at, org, issuer, invite, join };
}
