// Runs a real OpenID Connect provider. It signs in whoever the test names, without asking, and its ID tokens have the claims that the
// test gives, such as those of a CI job.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import Provider, { type Configuration } from 'oidc-provider';
import { z } from 'zod';
import { loopback } from '../../../../scripts/machine/ports.ts';

export type Claims = Record<string, string | number | boolean | string[]>;

export interface OidcClient {
  id: string;
  redirectUri: string;
  /** Omitted for a public client, such as a CI system. */
  secret?: string;
}

/** Claims of a CI job that ID tokens may have. */
const jobClaims = [
  'jti',
  'repository',
  'repository_id',
  'repository_owner_id',
  'ref',
  'sha',
  'event_name',
  'workflow_ref',
];
const scope = 'openid email profile job';
const verifier = 'a-verifier-of-a-test-that-is-long-enough-for-a-challenge';

const tokenModel = z.object({ id_token: z.string() });

export class OidcIssuer {
  readonly url: string;
  /** The account that signs in next. */
  account: { subject: string; claims: Claims } = { subject: 'nobody', claims: {} };
  readonly #close: () => Promise<void>;

  private constructor(url: string, close: () => Promise<void>) {
    this.url = url;
    this.#close = close;
  }

  static async start(clients: OidcClient[]): Promise<OidcIssuer> {
    const server = createServer();
    server.listen(0, loopback);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const issuer = new OidcIssuer(`http://${loopback}:${port}`, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    const provider = new Provider(issuer.url, await issuer.#configuration(clients));
    const handle = provider.callback();
    server.on('request', (request, response) => {
      const isSignIn = request.url?.startsWith('/interaction/') ?? false;
      void (isSignIn ? issuer.#signIn(provider, request, response) : handle(request, response));
    });
    return issuer;
  }

  /** Signs the account in and grants what the client asks for. */
  async #signIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params } = await provider.interactionDetails(request, response);
    const { subject: accountId } = this.account;
    const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
    grant.addOIDCScope(scope);
    const result = { login: { accountId, remember: false }, consent: { grantId: await grant.save() } };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  }

  /** Returns an ID token for the client with these claims, as a CI system hands one to a job. */
  async token({ id, redirectUri }: OidcClient, subject: string, claims: Claims): Promise<string> {
    // Two tokens of one second would otherwise be equal.
    this.account = { subject, claims: { jti: randomUUID(), ...claims } };
    const digest = await crypto.subtle.digest('SHA-256', Buffer.from(verifier));
    const challenge = Buffer.from(digest).toString('base64url');
    const asked = new URLSearchParams({
      ...{ client_id: id, redirect_uri: redirectUri, response_type: 'code', scope },
      ...{ code_challenge: challenge, code_challenge_method: 'S256' },
    });
    const code = new URL(await browse(`${this.url}/auth?${asked}`, redirectUri)).searchParams.get('code') ?? '';
    const body = new URLSearchParams({
      ...{ grant_type: 'authorization_code', client_id: id, redirect_uri: redirectUri },
      ...{ code, code_verifier: verifier },
    });
    const response = await fetch(`${this.url}/token`, { method: 'POST', body });
    return tokenModel.parse(await response.json()).id_token;
  }

  async #configuration(clients: OidcClient[]): Promise<Configuration> {
    const { privateKey } = await generateKeyPair('RS256', { extractable: true });
    const seconds = 600;
    return {
      jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'RS256', use: 'sig', kid: 'first' }] },
      clients: clients.map(({ id, redirectUri, secret }) => ({
        ...{ client_id: id, redirect_uris: [redirectUri] },
        ...(secret === undefined
          ? { token_endpoint_auth_method: 'none' as const }
          : { client_secret: secret, token_endpoint_auth_method: 'client_secret_basic' as const }),
        ...{ response_types: ['code' as const], grant_types: ['authorization_code'] },
      })),
      scopes: scope.split(' '),
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'], job: jobClaims },
      conformIdTokenClaims: false,
      cookies: { keys: ['a key of a test'] },
      features: { devInteractions: { enabled: false } },
      interactions: { url: (_, { uid }) => `/interaction/${uid}` },
      findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, ...this.account.claims }) }),
      ttl: { IdToken: seconds, AccessToken: seconds, Grant: seconds, Interaction: seconds, Session: seconds },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

/** Follows redirects with cookies, as a browser does. Returns the URL at which the client is reached. */
export async function browse(start: string, client: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  while (!url.startsWith(client)) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? [];
      cookies.set(name, value);
    }
    const next = response.headers.get('location');
    if (next === null) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
    url = new URL(next, url).href;
  }
  return url;
}
