// Tests issuers that answer wrongly, and silent ones that many wait for.
import { expect, test } from 'vitest';
import { TargetNotAllowed } from '../../../../src/contract/builder/egress.ts';
import { issuerLimits } from '../../../../src/contract/features/identity/limits.ts';
import { clientOf, origin } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Answer, neverAnswers, unreachable } from '../../../support/fake-receiver.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { type FakeIssuer, fakeIssuer, githubUrl } from '../scenes/fake-issuer.ts';
import { counted, trusting } from '../scenes/signing-keys.ts';

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

/** Makes the issuer silent until the test lets it answer. */
function silence({ documents }: FakeIssuer, answer: Answer): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  documents.respondWith(async (...call) => {
    await promise;
    return answer(...call);
  });
  return resolve;
}

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
