// Tests how an issuer's signing keys are fetched and cached, for issuers that answer wrongly or not at all.
import { expect, test } from 'vitest';
import { issuerLimits } from '../../../../src/contract/features/identity/limits.ts';
import { eventsOf } from '../../../support/events.ts';
import { unreachable } from '../../../support/fake-receiver.ts';
import { fakeIssuer, githubUrl } from '../scenes/fake-issuer.ts';
import { counted, trusting } from '../scenes/signing-keys.ts';
import { exchange } from '../scenes/trusted-publishers.ts';

const minuteMs = 60_000;

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
