// Speaks OpenID Connect with an issuer of people: the URL that a browser is sent to, and the exchange of the code that it brings back.
// The ID token counts only once issuers/verify-token.ts has verified it.
import * as oauth from 'oauth4webapi';
import { z } from 'zod';
import { issuerLimits } from '../../../contract/features/identity/limits.ts';
import { parseExternalUrl } from '../../../core/external-url.ts';
import { Problem } from '../../../core/problem.ts';
import type { Deps } from '../../../deps.ts';
import { type AskedIssuers, askIssuer } from '../issuers/asked-issuers.ts';
import { type Discovery, discover, type Issuer, readText } from '../issuers/discovery.ts';
import { openClientSecret } from '../issuers/issuers.ts';
import type { SigningKeyDeps } from '../issuers/signing-keys.ts';
import { TokenRefused } from '../issuers/token-refused.ts';
import { verifyIdToken } from '../issuers/verify-token.ts';

/** Why a sign-in failed, for the person who reads the page. Never has anything that the issuer sent. */
export class SignInFailed extends Problem {
  constructor(message: string) {
    super('sign-in-failed', message);
  }
}

/** Values that the browser's return must match. */
export interface Binding {
  state: string;
  nonce: string;
  verifier: string;
}

export function newBinding(): Binding {
  return {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
  };
}

/** Returns the issuer's page for this sign-in. The issuer names it, so it is checked as every URL from outside. */
export async function authorizationUrl(
  deps: OpenIdDeps,
  issuer: Issuer,
  { state, nonce, verifier }: Binding,
  redirectUri: string,
): Promise<string> {
  const { authorization_endpoint: endpoint = '' } = await configurationOf(deps, issuer).catch((error: unknown) => {
    throw error instanceof TokenRefused ? notAnswering(issuer) : error;
  });
  const page = parseExternalUrl(endpoint, deps);
  if ('refused' in page) throw new SignInFailed(`The issuer's sign-in page is not allowed: ${page.refused}.`);
  for (const [name, value] of Object.entries({
    response_type: 'code',
    client_id: issuer.clientId ?? '',
    redirect_uri: redirectUri,
    scope: 'openid email profile',
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  }))
    page.url.searchParams.set(name, value);
  return page.url.href;
}

const claimsModel = z.looseObject({
  sub: z.string(),
  email: z.string().max(320).optional(),
  email_verified: z.boolean().optional(),
  name: z.string().optional(),
});

/** A person as the issuer describes them. */
export interface Identity {
  subject: string;
  email: string;
  name: string;
  groups: string[];
}

export type Configurations = AskedIssuers<Discovery>;

export type OpenIdDeps = SigningKeyDeps & Pick<Deps, 'dataKey'> & { configurations: Configurations };

async function configurationOf(deps: OpenIdDeps, issuer: Issuer): Promise<Discovery> {
  const { failure, read } = await askIssuer(deps, deps.configurations, issuer.id, {
    isDue: () => true,
    ask: () => discover(deps, issuer),
  });
  if (read && !failure) return read.value;
  throw failure ?? new TokenRefused("its issuer's configuration is being read");
}

/** Exchanges the code in the callback's parameters for an ID token, and returns who it names. */
export async function redeemCode(
  deps: OpenIdDeps,
  issuer: Issuer,
  { parameters, redirectUri, binding }: { parameters: URLSearchParams; redirectUri: string; binding: Binding },
): Promise<Identity> {
  const server = await configurationOf(deps, issuer);
  const client: oauth.Client = {
    client_id: issuer.clientId ?? '',
    [oauth.clockSkew]: Math.round((deps.clock.now() - Date.now()) / 1000),
    [oauth.clockTolerance]: 60,
  };
  const secret = await openClientSecret(deps, issuer);
  const token = await failingPlainly(issuer, async () => {
    const checked = oauth.validateAuthResponse(server, client, parameters, binding.state);
    const response = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      clientAuth(server, secret),
      checked,
      redirectUri,
      binding.verifier,
      { [oauth.customFetch]: outside(deps, issuer), [oauth.allowInsecureRequests]: deps.allowLoopback },
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
      expectedNonce: binding.nonce,
      requireIdToken: true,
    });
    return tokens.id_token ?? '';
  });
  const claims = await verifyIdToken(deps, issuer, token, { audience: client.client_id, nonce: binding.nonce });
  return identityOf(issuer, claims);
}

/** Sends the secret the way the issuer accepts: as HTTP Basic unless it takes only the form. */
function clientAuth(server: oauth.AuthorizationServer, secret: string | null): oauth.ClientAuth {
  if (secret === null) return oauth.None();
  const accepted = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  return accepted.includes('client_secret_basic') ? oauth.ClientSecretBasic(secret) : oauth.ClientSecretPost(secret);
}

/** Sends the library's requests under the egress rules. */
function outside(deps: OpenIdDeps, { organizationId }: Issuer) {
  return async (url: string, { method, headers, body }: oauth.CustomFetchOptions<'POST', URLSearchParams>) => {
    const target = parseExternalUrl(url, deps);
    if ('refused' in target) throw new SignInFailed(`A URL of the issuer is not allowed: ${target.refused}.`);
    const response = await deps.fetch(target.url.href, {
      organization: organizationId ?? undefined,
      method,
      body: body.toString(),
      redirect: 'manual',
      headers: { ...headers, 'user-agent': 'Slipway-Identity/1' },
      signal: AbortSignal.timeout(issuerLimits.documentMs),
    });
    const text = await readText(response);
    if (text === undefined) throw new SignInFailed('The issuer sent too much.');
    return new Response(text, {
      status: response.status,
      headers: { 'content-type': response.headers.get('content-type') ?? '' },
    });
  };
}

async function failingPlainly<T>({ name }: Pick<Issuer, 'name'>, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SignInFailed) throw error;
    if (error instanceof oauth.AuthorizationResponseError)
      throw new SignInFailed(`${name} did not sign you in. You may have cancelled, or lack access there.`);
    if (error instanceof oauth.ResponseBodyError || error instanceof oauth.WWWAuthenticateChallengeError)
      throw new SignInFailed(
        `${name} refused the sign-in: its code was used already, or the client's secret is wrong.`,
      );
    if (error instanceof oauth.OperationProcessingError)
      throw new SignInFailed(`${name} answered with something that is not valid for this sign-in.`);
    throw notAnswering({ name });
  }
}

function notAnswering({ name }: Pick<Issuer, 'name'>): SignInFailed {
  return new SignInFailed(`${name} does not answer. Try again later.`);
}

function identityOf({ name: issuerName, groupsClaim }: Issuer, claims: unknown): Identity {
  const parsed = claimsModel.safeParse(claims);
  if (!parsed.success) throw new TokenRefused('its claims of the person are not valid');
  const { sub: subject, email, email_verified: isVerified, name } = parsed.data;
  if (email === undefined || isVerified !== true)
    throw new SignInFailed(`${issuerName} has not verified an e-mail address for this account. Verify it there first.`);
  const groups = groupsClaim === null ? [] : parsed.data[groupsClaim];
  return {
    subject,
    email,
    name: (name ?? '').trim().slice(0, 100) || email,
    groups: Array.isArray(groups) ? groups.filter((group) => typeof group === 'string') : [],
  };
}
