// Tests how an issuer's signing keys are fetched and cached, for issuers that answer wrongly or not at all.
import { expect, test } from 'vitest';
import { TargetNotAllowed } from '../../../../src/contract/builder/egress.ts';
import { issuerLimits } from '../../../../src/contract/features/identity/limits.ts';
import { clientOf, origin } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Answer, neverAnswers, unreachable } from '../../../support/fake-receiver.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { type FakeIssuer, fakeIssuer, githubUrl } from '../scenes/fake-issuer.ts';
import { addIssuer, exchange, trust } from '../scenes/trusted-publishers.ts';

const minuteMs = 60_000;

/** Creates an organization that trusts the issuer, on an isolate of its own. */
async function trusting(issuer: FakeIssuer) {
  const clock = clockAt(Date.now());
  const { fetch } = testApp({ fetch: issuer.documents.fetch, clock });
  const org = await organization({ fetch });
  await trust(org, { issuer_id: await addIssuer(org, issuer) });
  const statusOf = async (options?: Parameters<FakeIssuer['sign']>[0]) =>
    (await exchange(org, await issuer.sign(options))).status;
  return { clock, org, statusOf };
}

const isConfiguration = (url: string) => url.endsWith('/openid-configuration');
const configured = (jwksUri = `${githubUrl}/jwks`) => Response.json({ issuer: githubUrl, jwks_uri: jwksUri });
const configuration =
  (jwksUri: string): Answer =>
  ({ url }) =>
    isConfiguration(url) ? configured(jwksUri) : Response.json({ keys: [] });

/** The builder resolves names (test/builder/network/egress.test.ts), and refuses this one. */
const resolvesToPrivate: Answer = ({ url }) => {
  if (isConfiguration(url)) return configured('https://keys.example.com/jwks');
  throw new TargetNotAllowed('keys.example.com resolves to a private address');
};

const ofKeys =
  (answer: Answer): Answer =>
  (call, nth) =>
    isConfiguration(call.url) ? configured() : answer(call, nth);

const silent = 'does not answer';
const tooLarge = 'larger than 65536 bytes';
const forbidden = 'a URL of its issuer is not allowed';
const huge = Response.json.bind(Response, { issuer: githubUrl, jwks_uri: 'x'.repeat(70_000) });

const answers: [string, Answer, reason: string][] = [
  ['does not answer', unreachable, silent],
  ['is too slow', neverAnswers, silent],
  ['is too slow with its keys', ofKeys(neverAnswers), silent],
  ['answers with an error', () => new Response('no', { status: 500 }), 'answered 500'],
  ['redirects', () => Response.redirect('https://evil.example/keys'), 'answered 302'],
  ['redirects its keys', ofKeys(() => Response.redirect('https://evil.example/keys')), 'answered 302'],
  ['sends a document that is too large', () => huge(), tooLarge],
  ['sends keys that are too large', ofKeys(() => huge()), tooLarge],
  ['sends no JSON', () => new Response('<html>'), 'configuration is not valid'],
  ['sends no keys', ofKeys(() => Response.json({ keys: 'none' })), 'not a JSON Web Key Set'],
  [
    'describes another issuer',
    () => Response.json({ issuer: 'https://evil.example', jwks_uri: `${githubUrl}/jwks` }),
    'names another `issuer`',
  ],
  ['keeps its keys at a private address', configuration('https://10.0.0.7/jwks'), forbidden],
  ['keeps its keys on this machine', configuration('http://127.0.0.1:8788/jwks'), forbidden],
  ['keeps its keys at a name of this network', configuration('https://keys.corp.internal/jwks'), forbidden],
  ['keeps its keys at a name that stands for any address', configuration('https://10.0.0.7.nip.io/jwks'), forbidden],
  ['keeps its keys at a name that resolves to a private address', resolvesToPrivate, 'resolves to a private address'],
  ['keeps its keys without TLS', configuration('http://keys.example.com/jwks'), forbidden],
];

test.each(answers)('a token is refused, with the reason as an event, if its issuer %s', async (_, answer, reason) => {
  const issuer = await fakeIssuer();
  issuer.documents.respondWith(answer);
  const { org, statusOf } = await trusting(issuer);
  expect(await statusOf()).toBe(401);
  const { data, type } = (await eventsOf(org)).at(-1) ?? {};
  expect([type, Object(data).reason]).toEqual(['oidc.refused', expect.stringContaining(reason)]);
});

test('documents are requested without redirects and with a time limit', async () => {
  const issuer = await fakeIssuer();
  await (await trusting(issuer)).statusOf();
  expect(issuer.documents.calls.map(({ redirect, url }) => [redirect, url])).toEqual([
    ['manual', `${githubUrl}/.well-known/openid-configuration`],
    ['manual', `${githubUrl}/jwks`],
  ]);
  expect(issuer.documents.calls.every(({ signal }) => signal instanceof AbortSignal)).toBe(true);
});

test("a token is refused if two of its issuer's keys have the same ID", async () => {
  const issuer = await fakeIssuer();
  const other = await fakeIssuer();
  issuer.jwks.keys.push(...other.jwks.keys);
  const { org, statusOf } = await trusting(issuer);
  expect(await statusOf()).toBe(401);
  expect(Object((await eventsOf(org)).at(-1)?.data).reason).toContain('the same `kid`');
});

test('tokens with unknown key IDs cause at most one request a minute', async () => {
  const issuer = await fakeIssuer();
  const { clock, statusOf } = await trusting(issuer);
  expect(await statusOf()).toBe(200);
  for (let i = 0; i < 5; i++) await statusOf({ kid: `invented-${i}` });
  expect(issuer.documents.calls).toHaveLength(2);
  clock.advance(minuteMs);
  await statusOf({ kid: 'invented' });
  expect(issuer.documents.calls).toHaveLength(4);
});

/** Makes the issuer silent until the test lets it answer. */
function silence({ documents }: FakeIssuer, answer: Answer): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  documents.respondWith(async (...call) => {
    await promise;
    return answer(...call);
  });
  return resolve;
}

const counted = (statuses: number[]) => ({
  ok: statuses.filter((status) => status === 200).length,
  refused: statuses.filter((status) => status === 401).length,
  tooMany: statuses.filter((status) => status === 429).length,
});

test('a silent issuer is asked once for all tokens, and 20 of them wait for its answer', async () => {
  const issuer = await fakeIssuer();
  const end = silence(issuer, ({ url }) => (isConfiguration(url) ? configured() : Response.json(issuer.jwks)));
  const { statusOf } = await trusting(issuer);
  let answered = 0;
  const sent = Array.from({ length: 1 + issuerLimits.waitingMax + 1 }, async () => {
    const status = await statusOf();
    answered += 1;
    return status;
  });
  await expect.poll(() => answered).toBe(1);
  expect(issuer.documents.calls).toHaveLength(1);
  end();
  expect(counted(await Promise.all(sent))).toEqual({ ok: 1 + issuerLimits.waitingMax, refused: 0, tooMany: 1 });
  expect(issuer.documents.calls).toHaveLength(2);
});

test('an issuer that did not answer is asked again after ten seconds, once', async () => {
  const issuer = await fakeIssuer();
  issuer.documents.respondWith(unreachable);
  const { clock, statusOf } = await trusting(issuer);
  expect(counted(await Promise.all([statusOf(), statusOf()]))).toMatchObject({ refused: 2 });
  clock.advance(issuerLimits.failureMs - 1);
  await statusOf();
  expect(issuer.documents.calls).toHaveLength(1);
  clock.advance(1);
  await statusOf();
  expect(issuer.documents.calls).toHaveLength(2);
});

test('a silent issuer of people is asked once for all sign-ins', async () => {
  const issuer = await fakeIssuer('https://id.example.com');
  const page = `${issuer.url}/authorize`;
  const document = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys`, authorization_endpoint: page };
  const end = silence(issuer, () => Response.json(document));
  const org = await organization({ fetch: testApp({ fetch: issuer.documents.fetch }).fetch });
  const body = { name: 'own-id', purpose: 'people', url: issuer.url, client_id: 'slipway' };
  const { issuer_id } = Object((await org.post('/v1/issuers', body)).body);
  const anonymous = clientOf(null, org.fetch);
  const begin = { body: { issuer_id, organization_id: org.id }, headers: { origin } };
  let answered = 0;
  const sent = Array.from({ length: 1 + issuerLimits.waitingMax + 1 }, async () => {
    const { status } = await anonymous.send('POST', '/v1/sign-in', begin);
    answered += 1;
    return status;
  });
  await expect.poll(() => answered).toBe(1);
  expect(issuer.documents.calls).toHaveLength(1);
  end();
  expect(counted(await Promise.all(sent))).toEqual({ ok: 1 + issuerLimits.waitingMax, refused: 0, tooMany: 1 });
  expect(issuer.documents.calls).toHaveLength(1);
});

test('a key that the issuer added counts a minute later, in place of a withdrawn one', async () => {
  const issuer = await fakeIssuer();
  const { clock, org, statusOf } = await trusting(issuer);
  expect(await statusOf()).toBe(200);
  const next = await fakeIssuer();
  issuer.jwks.keys = next.jwks.keys.map((key) => ({ ...key, kid: 'second' }));
  clock.advance(minuteMs);
  expect((await exchange(org, await next.sign({ kid: 'second' }))).status).toBe(200);
  expect(await statusOf()).toBe(401);
});

test('a key that its issuer withdrew counts for ten minutes at most', async () => {
  const issuer = await fakeIssuer();
  const { clock, statusOf } = await trusting(issuer);
  expect(await statusOf()).toBe(200);
  issuer.jwks.keys = [];
  clock.advance(10 * minuteMs);
  expect(await statusOf({ issuedIn: 10 * 60 })).toBe(401);
});

test('known keys count while the issuer does not answer, for an hour', async () => {
  const issuer = await fakeIssuer();
  const { clock, statusOf } = await trusting(issuer);
  expect(await statusOf()).toBe(200);
  issuer.documents.respondWith(unreachable);
  clock.advance(11 * minuteMs);
  expect(await statusOf({ issuedIn: 11 * 60 })).toBe(200);
  clock.advance(50 * minuteMs);
  expect(await statusOf({ issuedIn: 61 * 60 })).toBe(401);
});

test.each(['RS256', 'EdDSA'] as const)('a token signed with %s is exchanged', async (alg) => {
  expect(await (await trusting(await fakeIssuer(githubUrl, alg))).statusOf()).toBe(200);
});
