// A fake issuer of ID tokens: its keys, the documents it serves, and the tokens it signs, with GitHub's claims.
import { exportJWK, generateKeyPair, type JSONWebKeySet, type JWTPayload, SignJWT } from 'jose';
import { systemClock } from '../../../../src/core/clock.ts';
import { origin } from '../../../support/client.ts';
import { type FakeReceiver, fakeReceiver } from '../../../support/fake-receiver.ts';

export const githubUrl = 'https://token.actions.githubusercontent.com';
export const audience = `slipway:${new URL(origin).host}`;

export interface TokenOptions {
  claims?: JWTPayload;
  /** Claims to leave out. */
  without?: string[];
  kid?: string;
  /** More of the token's header. */
  header?: object;
  issuer?: string;
  aud?: string | string[];
  /** Seconds from now. */
  issuedIn?: number;
  notBeforeIn?: number;
  lifeSeconds?: number;
}

export interface FakeIssuer {
  url: string;
  jwks: JSONWebKeySet;
  /** Serves the issuer's documents. */
  documents: FakeReceiver;
  sign(options?: TokenOptions): Promise<string>;
}

export const githubClaims = {
  sub: 'repo:acme/plugins:ref:refs/heads/main',
  repository: 'acme/plugins',
  repository_id: '1296269',
  repository_owner: 'acme',
  repository_owner_id: '583231',
  ref: 'refs/heads/main',
  event_name: 'push',
  environment: 'production',
  workflow_ref: 'acme/plugins/.github/workflows/release.yml@refs/heads/main',
  run_id: '30433642',
};

let tokens = 0;

export async function fakeIssuer(url = githubUrl, alg: 'ES256' | 'EdDSA' | 'RS256' = 'ES256'): Promise<FakeIssuer> {
  const kid = 'first';
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const jwks: JSONWebKeySet = { keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }] };
  const documents = fakeReceiver(({ url: asked }) =>
    Response.json(asked.endsWith('/openid-configuration') ? { issuer: url, jwks_uri: `${url}/jwks` } : jwks),
  );
  return {
    url,
    jwks,
    documents,
    sign: ({ claims = {}, without = [], ...options }: TokenOptions = {}) => {
      const now = Math.floor(systemClock.now() / 1000);
      const iat = now + (options.issuedIn ?? 0);
      tokens += 1;
      const payload = {
        iss: options.issuer ?? url,
        aud: options.aud ?? audience,
        iat,
        nbf: now + (options.notBeforeIn ?? -5),
        exp: iat + (options.lifeSeconds ?? 300),
        jti: `token-${tokens}`,
        ...githubClaims,
        ...claims,
      };
      const kept = Object.fromEntries(Object.entries(payload).filter(([name]) => !without.includes(name)));
      return new SignJWT(kept)
        .setProtectedHeader({ alg, kid: options.kid ?? kid, typ: 'JWT', ...options.header })
        .sign(privateKey);
    },
  };
}
