// Tests that no organization's issuer passes for the operator's or for a public one: when it is added, and when its tokens are exchanged.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../src/contract/json.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import { issuers } from '../../../../src/features/identity/tables.ts';
import { clientOf } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { type FakeIssuer, fakeIssuer, githubUrl } from '../scenes/fake-issuer.ts';
import { addIssuer, exchange, trust } from '../scenes/trusted-publishers.ts';

const operator = clientOf(adminAuthorization);
const own = await fakeIssuer();
const elsewhere = await fakeIssuer('https://git.corp.example');
const { keys } = own.jwks;

async function addToOperator(fields: { name: string; url: string; jwks?: object }): Promise<void> {
  expect((await operator.post('/v1/admin/issuers', fields)).status).toBe(200);
}

describe('an issuer that an organization adds', () => {
  const publicOnes: [string, object][] = [
    ["GitHub's URL and its own keys", { name: 'mine', url: githubUrl, jwks: { keys } }],
    ["GitHub's name and URL, and its own keys", { name: 'github', url: githubUrl, jwks: { keys } }],
    ["GitHub's name and another URL", { name: 'github', url: 'https://ci.example.com' }],
    ["GitHub's name, spelled with a hyphen", { name: 'git-hub', url: 'https://ci.example.com' }],
    ["GitLab's URL and its own keys", { name: 'mine', url: 'https://gitlab.com', jwks: { keys } }],
    [
      "a URL on CircleCI's host and its own keys",
      { name: 'c', url: 'https://oidc.circleci.com/org/1', jwks: { keys } },
    ],
    ["GitHub's URL without TLS, and its own keys", { name: 'mine', url: githubUrl.replace('https', 'http') }],
  ];
  const spellings = [
    'https://TOKEN.actions.githubusercontent.com',
    'HTTPS://token.actions.githubusercontent.com',
    'https://token.actions.githubusercontent.com:443',
    'https://token.actions.githubusercontent.com.',
    'https://token.actions.githubusercontent.com/a/..',
    'https://ｔoken.actions.githubusercontent.com',
    'https://gіtlab.com',
    'https://gitlab.com\\',
  ];
  test.each([
    ...publicOnes,
    ...spellings.map((url) => [`the URL ${url}`, { name: 'mine', url, jwks: { keys } }] as const),
  ])('an issuer with %s is refused', async (_, body) => {
    expect((await (await organization()).post('/v1/issuers', body)).status).toBe(422);
  });

  test("an issuer with a public one's URL is added if its keys are fetched", async () => {
    const org = await organization();
    const url = 'https://token.actions.githubusercontent.com/acme';
    expect((await org.post('/v1/issuers', { name: 'github', url })).status).toBe(200);
    expect((await org.post('/v1/issuers', { name: 'gitlab', url: 'https://gitlab.com' })).status).toBe(200);
  });

  test("an issuer with the operator's name or URL is refused, however it is spelled", async () => {
    await addToOperator({ name: 'corp-ci', url: 'https://ci.corp.example/a' });
    const org = await organization();
    const answers = [
      { name: 'corp-ci', url: 'https://other.example' },
      { name: 'corpci', url: 'https://other.example' },
      { name: 'mine', url: 'https://ci.corp.example/a' },
      { name: 'mine', url: 'https://ci.corp.example/a/' },
      { name: 'mine', url: 'https://ci.corp.example/A' },
      { name: 'mine', url: 'https://ci.corp.example/%61' },
      { name: 'mine', url: 'https://ci.corp.example//a' },
      { name: 'mine', url: 'http://ci.corp.example/a' },
    ].map(async (body) => (await org.post('/v1/issuers', { ...body, jwks: { keys } })).status);
    expect(await Promise.all(answers)).toEqual(Array(8).fill(422));
    expect((await org.post('/v1/issuers', { name: 'mine', url: 'https://ci.corp.example/b' })).status).toBe(200);
  });
});

/** Stores an issuer as an organization could before its name or URL was reserved. */
async function storedEarlier(org: Organization, name: string, { jwks, url }: FakeIssuer): Promise<string> {
  const id = idSource(Date.now)('issuer');
  const common = { id, organizationId: org.id, name, url, purpose: 'ci' as const, createdAt: Date.now() };
  const stored: JsonObject = JSON.parse(JSON.stringify(jwks));
  const createdBy = { type: 'key' as const, id: 'key_earlier' };
  await database(env.DB)
    .insert(issuers)
    .values({ ...common, jwks: stored, createdBy });
  return id;
}

const reasonOf = async (org: Organization) => Object((await eventsOf(org)).at(-1)?.data).reason;

describe('a token of an issuer that was added before', () => {
  test.each([
    [
      "GitHub's URL, and keys of its own",
      'mine',
      own,
      "keys of token.actions.githubusercontent.com itself, so they can't",
    ],
    ["GitHub's name, and another URL", 'github', elsewhere, `name github is kept for ${githubUrl}`],
  ])('a token of a stored issuer with %s is refused, with the reason', async (_, name, issuer, reason) => {
    const org = await organization();
    await trust(org, { issuer_id: await storedEarlier(org, name, issuer) });
    expect((await exchange(org, await issuer.sign())).status).toBe(401);
    expect(await reasonOf(org)).toContain(reason);
  });

  test("a token of a stored issuer is refused once the operator has one of its name, or of its URL's like", async () => {
    const [one, other] = [await fakeIssuer('https://one.example'), await fakeIssuer('https://other.example/')];
    const org = await organization();
    await trust(org, { issuer_id: await addIssuer(org, { name: 'builds', url: one.url, pasted: one.jwks }) });
    await trust(org, { issuer_id: await addIssuer(org, { name: 'tests', url: other.url, pasted: other.jwks }) });
    expect((await exchange(org, await one.sign())).status).toBe(200);
    expect((await exchange(org, await other.sign())).status).toBe(200);
    await addToOperator({ name: 'builds', url: 'https://builds.example' });
    await addToOperator({ name: 'third', url: 'https://other.example' });
    expect((await exchange(org, await one.sign())).status).toBe(401);
    expect(await reasonOf(org)).toContain('The operator has an issuer named builds');
    expect((await exchange(org, await other.sign())).status).toBe(401);
    expect(await reasonOf(org)).toContain("another spelling of the operator's https://other.example");
  });

  test("the operator's keys count, also for jobs that were trusted by an organization's issuer of the same URL", async () => {
    const url = 'https://shared.example';
    const [earlier, later] = [await fakeIssuer(url), await fakeIssuer(url)];
    const org = await organization();
    await trust(org, { issuer_id: await addIssuer(org, { name: 'shared', url, pasted: earlier.jwks }) });
    await addToOperator({ name: 'shared', url, jwks: later.jwks });
    expect((await exchange(org, await earlier.sign())).status).toBe(401);
    expect((await exchange(org, await later.sign())).status).toBe(200);
  });
});
