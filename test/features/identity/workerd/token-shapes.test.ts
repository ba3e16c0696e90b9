// Tests tokens that no issuer can make count, which are refused without the database, and the different spellings of one token.
import { env } from 'cloudflare:workers';
import { base64url, SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { idTokenLimits } from '../../../../src/contract/features/identity/limits.ts';
import { database } from '../../../../src/db/client.ts';
import { countedD1 } from '../../../support/database/round-trips.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { audience, type FakeIssuer, fakeIssuer, githubClaims } from '../scenes/fake-issuer.ts';
import { addIssuer, exchange, exchangeFields, trust } from '../scenes/trusted-publishers.ts';

const github = await fakeIssuer();
const counted = countedD1(env.DB);
const { fetch } = testApp({ fetch: github.documents.fetch, db: database(counted.db) });
const org = await organization({ fetch });
await trust(org, { issuer_id: await addIssuer(org, github) });

/** Signs with the public key as a shared secret. */
function signedWithPublicKey(): Promise<string> {
  const secret = new TextEncoder().encode(JSON.stringify(github.jwks.keys[0]));
  return new SignJWT({ ...githubClaims, iss: github.url, aud: audience })
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .setIssuedAt()
    .setExpirationTime('1 minute')
    .sign(secret);
}

async function unsigned(): Promise<string> {
  const [, payload] = (await github.sign()).split('.');
  return `${base64url.encode(JSON.stringify({ alg: 'none' }))}.${payload}.c2ln`;
}

const noToken = 'it is not a signed JSON web token';
const impossible: [string, () => Promise<string>, reason: string][] = [
  ['text that is no token', async () => 'a.b.c', noToken],
  ['a token of two parts', async () => (await github.sign()).split('.').slice(0, 2).join('.'), noToken],
  ['a token with an empty signature', async () => (await unsigned()).replace(/[^.]*$/, ''), noToken],
  ['a token without an issuer', () => github.sign({ without: ['iss'] }), noToken],
  ['a token whose signature is padded', async () => `${await github.sign()}==`, noToken],
  ['an unsigned token', unsigned, 'its algorithm must be one of RS256, ES256, EdDSA'],
  ['a token signed with a shared secret', signedWithPublicKey, 'its algorithm must be one of'],
  ['a token for another audience', () => github.sign({ aud: 'slipway:evil.example' }), `aud\` must be \`${audience}`],
  ['a token without an audience', () => github.sign({ without: ['aud'] }), `aud\` must be \`${audience}`],
  ['an expired token', () => github.sign({ issuedIn: -400 }), 'it has expired'],
];

test.each(impossible)('%s is refused with the reason, without the database', async (_, made, reason) => {
  const token = await made();
  const events = await eventsOf(org);
  const trips = await counted.during(async () => {
    const { status, text } = await exchange(org, token);
    expect([status, JSON.parse(text).error.message]).toEqual([401, expect.stringContaining(reason)]);
  });
  expect(trips).toBe(0);
  expect(await eventsOf(org)).toEqual(events);
});

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Spells the same signature with other unused bits in its last character. */
function respelled(token: string): string {
  const last = alphabet.indexOf(token.at(-1) ?? '');
  return `${token.slice(0, -1)}${alphabet[last + 1]}`;
}

const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/** Replaces the second number of an ECDSA signature by its negative, which is valid too. */
function negated(token: string): string {
  const at = token.lastIndexOf('.') + 1;
  const bytes = base64url.decode(token.slice(at));
  const s = [...bytes.slice(32)].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const hex = (order - s).toString(16).padStart(64, '0');
  bytes.set(
    Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)),
    32,
  );
  return token.slice(0, at) + base64url.encode(bytes);
}

describe('a token without an ID', () => {
  const sign = ({ sign: signed }: FakeIssuer) => signed({ without: ['jti'], claims: { run_id: crypto.randomUUID() } });

  test.each([
    ['as it was', (token: string) => token],
    ['with another spelling of its signature', respelled],
    ['with another valid signature', negated],
  ])('a token without an ID is refused if it is sent again %s', async (_, again) => {
    const token = await sign(github);
    expect((await exchange(org, token)).status).toBe(200);
    expect((await exchange(org, again(token))).status).toBe(401);
  });

  test('a token without an ID is accepted with either valid signature, and only once', async () => {
    const token = await sign(github);
    expect((await exchange(org, respelled(token))).status).toBe(401);
    expect((await exchange(org, negated(token))).status).toBe(200);
    expect((await exchange(org, token)).status).toBe(401);
  });
});

test('a refused token costs one round trip once ten refusals are recorded in the minute', async () => {
  const clock = clockAt(Date.now());
  const app = testApp({ fetch: github.documents.fetch, db: database(counted.db), clock });
  const own = await organization({ fetch: app.fetch });
  await trust(own, { issuer_id: await addIssuer(own, github) });
  const refused = async () => {
    const token = await github.sign({ claims: { repository: 'evil/plugins' } });
    return counted.during(async () => expect((await exchange(own, token)).status).toBe(401));
  };
  for (let i = 0; i < idTokenLimits.refusalsPerMinute; i++) expect(await refused()).toBe(2);
  expect(await refused()).toBe(1);
  clock.advance(60_000);
  expect(await refused()).toBe(2);
});

describe('the audience', () => {
  const publicUrl = 'https://slipway.example.com:8443';
  const hosts = new Set(['127.0.0.1', 'localhost', 'slipway.test', 'slipway.example.com']);

  test.each([
    ['another port', null, 'http://localhost:9999', 'slipway:localhost', 'slipway:localhost:9999'],
    [
      "the machine's name beside a public URL",
      publicUrl,
      'http://127.0.0.1:8080',
      'slipway:slipway.example.com:8443',
      'slipway:127.0.0.1:8080',
    ],
    [
      'another port of the public URL',
      publicUrl,
      'http://slipway.example.com:9999',
      'slipway:slipway.example.com:8443',
      'slipway:slipway.example.com:9999',
    ],
  ])('the audience is not what the header `Host` says: %s', async (_, url, base, right, wrong) => {
    const app = testApp({ fetch: github.documents.fetch, publicUrl: url, hosts });
    const statusFor = async (aud: string) => {
      const body = JSON.stringify(exchangeFields(org, await github.sign({ aud })));
      const headers = { 'content-type': 'application/json' };
      return (await app.fetch(new Request(`${base}/v1/oidc/exchange`, { method: 'POST', headers, body }))).status;
    };
    expect([await statusFor(wrong), await statusFor(right)]).toEqual([401, 200]);
  });
});
