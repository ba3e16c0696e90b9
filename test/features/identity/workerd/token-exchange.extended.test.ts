// Tests which ID tokens of CI jobs are exchanged for a key, and what the key may do.
import { env } from 'cloudflare:workers';
import { eq } from 'drizzle-orm';
import { base64url, type JWTPayload } from 'jose';
import { describe, expect, test } from 'vitest';
import type { ClaimCondition } from '../../../../src/contract/features/identity/issuers.ts';
import { idTokenLimits } from '../../../../src/contract/features/identity/limits.ts';
import { database } from '../../../../src/db/client.ts';
import { apiKeys } from '../../../../src/db/schema/access.ts';
import { sweep } from '../../../../src/sweep.ts';
import { clientOf } from '../../../support/client.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { maskVolatile } from '../../../support/golden.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { openUpload, publish } from '../../../support/plugins/publish.ts';
import {
  adminAuthorization,
  namespaceIn,
  type Organization,
  organization,
} from '../../../support/scenes/organization.ts';
import { type FakeIssuer, fakeIssuer, githubClaims, type TokenOptions } from '../scenes/fake-issuer.ts';
import {
  acmePlugins,
  addIssuer,
  exchange,
  exchangedModel,
  exchangeFields,
  jobClient,
  trust,
} from '../scenes/trusted-publishers.ts';

const github = await fakeIssuer();
const { fetch } = testApp({ fetch: github.documents.fetch });
const org = await organization({ fetch });
const issuer_id = await addIssuer(org, github);
await trust(org, { issuer_id });
const renewed = await fakeIssuer('https://ci.renewed.example');
const later = { name: 'renewed', url: renewed.url, jwks: renewed.jwks };
const foreign = { claims: { repository: 'evil/plugins' } };
const workflow = { claim: 'workflow_ref', prefix: 'acme/plugins/.github/workflows/release.yml@' };

/** Expects a refusal that names the claim, in the response and in the organization's events. */
async function expectRefusal(token: string, claim: string | null, trusting: Trusting = {}) {
  const own = await trustingOrganization(trusting);
  const { status, body } = await exchange(own, token);
  expect({ status, body }).toMatchObject({ status: 401, body: { error: { details: { claim } } } });
  const { data } = (await eventsOf(own)).at(-1) ?? {};
  expect(data).toMatchObject({ issuer: 'github', claim });
  expect(`The ID token is refused: ${Object(data).reason}`).toContain(Object(body).error.message);
}

interface Trusting {
  issuer?: FakeIssuer;
  conditions?: ClaimCondition[];
}

/** Creates an organization that trusts the issuer's jobs. */
async function trustingOrganization({ issuer = github, conditions = acmePlugins }: Trusting = {}) {
  const own = await organization({ fetch: testApp({ fetch: issuer.documents.fetch }).fetch });
  await trust(own, { issuer_id: await addIssuer(own, issuer), conditions });
  return own;
}

/** Creates an organization of a few hours ago. `before` acts then, and `own` acts now. */
async function olderOrganization() {
  const clock = clockAt(Date.now() - 3 * 3_600_000);
  const before = await organization({ fetch: testApp({ fetch: github.documents.fetch, clock }).fetch });
  return { before, own: { ...before, ...clientOf(`Bearer ${before.key}`, fetch) } };
}

test('a first version is published by CI without a stored key', async () => {
  const job = await jobClient(org, await github.sign());
  await publish(job, plugin({ name: 'word_count' }));
  const published = (await eventsOf(org)).find(({ type }) => type === 'version.published');
  expect(published?.actor).toMatchObject({
    type: 'ci',
    id: `ci:github/${githubClaims.sub}`,
    name: 'acme/plugins',
    claims: { repository: 'acme/plugins', run_id: '30433642', ref: 'refs/heads/main' },
  });
});

test('an exchange responds as RFC 8693 says, to a form too', async () => {
  const raw = new URLSearchParams(exchangeFields(org, await github.sign())).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const { status, body } = await clientOf(null, fetch).send('POST', '/v1/oidc/exchange', { raw, headers });
  expect({ status, body }).toMatchObject({
    status: 200,
    body: {
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'Bearer',
      expires_in: 900,
      scope: 'plugins:read plugins:write plugins:deploy',
    },
  });
});

describe('wrong tokens', () => {
  const wrong: [string, TokenOptions, string | null][] = [
    ['several audiences', { aud: ['slipway:slipway.test', 'sts.amazonaws.com'] }, 'aud'],
    ['no expiry', { without: ['exp'] }, 'exp'],
    ['a start in the future', { notBeforeIn: 120 }, 'nbf'],
    ['an issue time in the future', { issuedIn: 120 }, 'iat'],
    ['no issue time', { without: ['iat'] }, 'iat'],
    ['a life of more than a day', { lifeSeconds: idTokenLimits.jobSeconds + 1 }, 'exp'],
    ['no subject', { without: ['sub'] }, 'sub'],
    ['an unknown key ID', { kid: 'unknown' }, null],
    ['another repository', { claims: { repository: 'evil/plugins' } }, 'repository'],
    ['a repository whose name begins the same', { claims: { repository: 'acme/plugins-evil' } }, 'repository'],
    ['a repository with a look-alike letter', { claims: { repository: 'аcme/plugins' } }, 'repository'],
    ['a repository as a list', { claims: { repository: ['acme/plugins'] } as JWTPayload }, 'repository'],
    ['no repository', { without: ['repository'] }, 'repository'],
    ['the event pull_request_target', { claims: { event_name: 'pull_request_target' } }, 'event_name'],
    ['an empty ID', { claims: { ...githubClaims, jti: '' } }, 'jti'],
  ];
  test.each(wrong)('a token with %s is refused', async (_, options, claim) => {
    await expectRefusal(await github.sign(options), claim);
  });

  const narrow: [string, ClaimCondition, TokenOptions][] = [
    ["a fork's ref", { claim: 'ref', equals: 'refs/heads/main' }, { claims: { ref: 'refs/pull/7/merge' } }],
    ['no environment', { claim: 'environment', equals: 'production' }, { without: ['environment'] }],
    [
      'another workflow',
      workflow,
      { claims: { workflow_ref: `${workflow.prefix.slice(0, -1)}.evil@refs/heads/main` } },
    ],
    [
      'a repository beyond the prefix',
      { claim: 'repository', prefix: 'acme/' },
      { claims: { repository: 'acme-evil/plugins' } },
    ],
    ['the owner as its repository', { claim: 'repository', prefix: 'acme/' }, { claims: { repository: 'acme' } }],
  ];
  test.each(narrow)('a token with %s is refused', async (_, condition, options) => {
    const conditions = [{ claim: 'repository_owner_id', equals: '583231' }, condition];
    await expectRefusal(await github.sign(options), condition.claim, { conditions });
    expect((await exchange(await trustingOrganization({ conditions }), await github.sign())).status).toBe(200);
  });

  test('a token with a key of its own, or the address of one, is refused', async () => {
    const attacker = await fakeIssuer();
    const [jwk] = attacker.jwks.keys;
    const header = { jwk, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/certificate' };
    await expectRefusal(await attacker.sign({ header }), null);
  });

  test('a token that names no key is refused if two keys fit', async () => {
    const issuer = await fakeIssuer();
    issuer.jwks.keys.push(...(await fakeIssuer()).jwks.keys.map((key) => ({ ...key, kid: 'second' })));
    await expectRefusal(await issuer.sign({ header: { kid: undefined } }), null, { issuer });
  });

  test('a token of an issuer whose URL only begins the same is refused', async () => {
    const token = await github.sign({ issuer: `${github.url}/evil` });
    expect((await exchange(org, token)).status).toBe(401);
    expect((await eventsOf(org)).at(-1)?.data).toMatchObject({ issuer: `${github.url}/evil`, claim: null });
  });

  test("a token with another issuer's signature is refused", async () => {
    await expectRefusal(await (await fakeIssuer()).sign(), null);
  });

  test('a changed token is refused', async () => {
    const [header, payload, signature] = (await github.sign()).split('.');
    const claims = { ...JSON.parse(new TextDecoder().decode(base64url.decode(payload ?? ''))), run_id: '1' };
    const changed = `${header}.${base64url.encode(JSON.stringify(claims))}.${signature}`;
    await expectRefusal(changed, null);
  });
});

test('a token works once, even in concurrent exchanges', async () => {
  const token = await github.sign();
  const statuses = await Promise.all([1, 2, 3].map(async () => (await exchange(org, token)).status));
  expect(statuses.sort()).toEqual([200, 401, 401]);
});

test('a token works once, even if two rows have its issuer', async () => {
  const own = await trustingOrganization();
  await trust(own, { issuer_id: await addIssuer(own, { ...github, name: 'again' }) });
  const token = await github.sign();
  expect([(await exchange(own, token)).status, (await exchange(own, token)).status]).toEqual([200, 401]);
});

test.each<[string, (own: Organization, id: string) => Promise<unknown>]>([
  ['its issuer is removed and added again', (own, id) => own.send('DELETE', `/v1/issuers/${id}`)],
  ['the operator adds its issuer too', () => clientOf(adminAuthorization, fetch).post('/v1/admin/issuers', later)],
])('a token works once, also if %s', async (_, change) => {
  const { before, own } = await olderOrganization();
  const add = async (to: Organization) => {
    const id = await addIssuer(to, { ...later, pasted: later.jwks });
    await trust(to, { issuer_id: id });
    return id;
  };
  const id = await add(before);
  const token = await renewed.sign({ issuedIn: -idTokenLimits.skewSeconds - 5 });
  expect((await exchange(own, token)).status).toBe(200);
  await change(own, id);
  await add(own).catch(() => undefined);
  expect((await exchange(own, token)).status).toBe(401);
  expect((await exchange(own, await renewed.sign())).status).toBe(200);
});

test('a token whose times have fractions is exchanged', async () => {
  const now = Math.floor(Date.now() / 1000);
  const token = await github.sign({ claims: { iat: now - 1.5, exp: now + 60.5 } });
  expect((await exchange(org, token)).status).toBe(200);
});

test("the first token pins the repository's IDs, so that a later owner of its name is refused", async () => {
  const own = await organization({ fetch });
  await trust(own, { issuer_id: await addIssuer(own, github) });
  expect((await exchange(own, await github.sign())).status).toBe(200);
  const later = await github.sign({ claims: { repository_id: '99', repository_owner_id: '98' } });
  expect((await exchange(own, later)).body).toMatchObject({ error: { details: { claim: 'repository_id' } } });
  expect((await own.get('/v1/trusted-publishers')).body).toMatchObject({
    results: [{ pinned: { repository_id: '1296269', repository_owner_id: '583231' } }],
  });
});

test("a prefix of the owner trusts all its repositories, and no other owner's", async () => {
  const own = await organization({ fetch });
  const conditions = [{ claim: 'repository', prefix: 'acme/' }];
  await trust(own, { issuer_id: await addIssuer(own, github), conditions });
  const other = { repository: 'acme/others', repository_id: '7' };
  expect((await exchange(own, await github.sign({ claims: other }))).status).toBe(200);
  expect((await exchange(own, await github.sign())).status).toBe(200);
  const evil = await github.sign({ claims: { repository: 'acme-evil/plugins' } });
  expect((await exchange(own, evil)).status).toBe(401);
});

test("an organization's issuer with another's URL and its own keys vouches for nobody else", async () => {
  const [inside, attacker] = [
    await fakeIssuer('https://git.corp.internal'),
    await fakeIssuer('https://git.corp.internal'),
  ];
  const [ours, theirs] = [await organization({ fetch }), await organization({ fetch })];
  for (const [to, { jwks, url }] of [
    [ours, inside],
    [theirs, attacker],
  ] as const)
    await trust(to, { issuer_id: await addIssuer(to, { name: 'inside', url, pasted: jwks }) });
  expect((await exchange(theirs, await attacker.sign())).status).toBe(200);
  expect((await exchange(ours, await attacker.sign())).status).toBe(401);
});

test('an issuer whose keys were pasted is never asked', async () => {
  const inside = await fakeIssuer('https://gitlab.corp.internal');
  const own = await organization({ fetch });
  const conditions = [{ claim: 'repository', equals: 'acme/plugins' }];
  const { url, jwks } = inside;
  await trust(own, { issuer_id: await addIssuer(own, { url, pasted: jwks, name: 'inside' }), conditions });
  expect((await exchange(own, await inside.sign())).status).toBe(200);
});

test("strangers get one answer, also with a token of the operator's issuer", async () => {
  const shared = await fakeIssuer('https://ci.operator.example');
  const given = { name: 'shared', url: shared.url, jwks: shared.jwks };
  const added = await clientOf(adminAuthorization, fetch).post('/v1/admin/issuers', given);
  const trusting = await organization({ fetch });
  await trust(trusting, { issuer_id: Object(added.body).issuer_id });
  const missing = { ...org, id: 'org_01m7wc54fherz84624ahd0kr7h' as const };
  const answerTo = async (to: Pick<Organization, 'id' | 'fetch'>, issuer: FakeIssuer, options?: TokenOptions) => {
    const { status, text } = await exchange(to, await issuer.sign(options));
    return `${status} ${maskVolatile(text)}`;
  };
  const unknown = await fakeIssuer('https://evil.example');
  const answers = [
    await answerTo(missing, unknown),
    await answerTo(missing, shared),
    await answerTo(org, unknown),
    await answerTo(org, shared),
    await answerTo(trusting, shared, foreign),
    await answerTo(trusting, await fakeIssuer(shared.url)),
  ];
  expect(answers[0]).toContain('401');
  expect(new Set(answers).size).toBe(1);
  const reasons = (await eventsOf(trusting)).filter(({ type }) => type === 'oidc.refused');
  expect(reasons.map(({ data }) => Object(data).claim)).toEqual(['repository', null]);
  expect((await exchange(trusting, await shared.sign())).status).toBe(200);
});

test("a refusal's event has the expected value and the token's, and its response has neither", async () => {
  const conditions = [...acmePlugins, { claim: 'ref', equals: 'refs/heads/main' }];
  const own = await trustingOrganization({ conditions });
  const { text } = await exchange(own, await github.sign({ claims: { ref: 'refs/heads/dev' } }));
  expect(text).toContain("its claim `ref` differs from the trusted publisher's");
  expect(text).not.toMatch(/refs\/heads/);
  const reason = 'it is `refs/heads/dev`, and the trusted publisher of word_count expects `refs/heads/main`';
  expect(Object((await eventsOf(own)).at(-1)?.data).reason).toContain(reason);
});

test("a job's token is exchanged as long as its issuer says, up to a day", async () => {
  const { jobSeconds } = idTokenLimits;
  const { before, own } = await olderOrganization();
  await trust(before, { issuer_id: await addIssuer(before, github) });
  expect((await exchange(own, await github.sign({ lifeSeconds: jobSeconds }))).status).toBe(200);
  expect((await exchange(own, await github.sign({ lifeSeconds: 7200, issuedIn: -4000 }))).status).toBe(200);
  expect((await exchange(own, await github.sign({ lifeSeconds: 7200, issuedIn: -7300 }))).status).toBe(401);
});

test('refusals are events of the organization, ten a minute at most', async () => {
  const own = await organization({ fetch });
  await trust(own, { issuer_id: await addIssuer(own, github) });
  for (let i = 0; i < 12; i++) await exchange(own, await github.sign(foreign));
  const events = (await eventsOf(own)).filter(({ type }) => type === 'oidc.refused');
  expect(events).toHaveLength(10);
  expect(events[0]?.data).toMatchObject({ issuer: 'github', claim: 'repository', subject: githubClaims.sub });
});

describe("a job's key", () => {
  test("a job's key publishes only the plugins that its publisher names", async () => {
    const job = await jobClient(org, await github.sign());
    expect((await job.post(`${org.plugins}/uploads`, { name: 'other_plugin' })).status).toBe(403);
    const upload = await openUpload(org, { name: 'other_plugin' });
    expect((await job.post(`${org.plugins}/uploads/${upload.upload_id}/confirm`)).status).toBe(404);
    await publish(org, plugin({ name: 'third_plugin' }));
    expect((await job.post(`${org.plugins}/third_plugin_1_0_0/deploy`)).status).toBe(403);
    expect((await job.del(`${org.plugins}/third_plugin_1_0_0`)).status).toBe(403);
  });

  test("a job's key for every plugin publishes and deploys each", async () => {
    const own = await organization({ fetch });
    await trust(own, { issuer_id: await addIssuer(own, github), plugin: '*' });
    const job = await jobClient(own, await github.sign());
    for (const name of ['word_count', 'other_plugin']) await publish(job, plugin({ name }));
    expect((await job.post(`${own.plugins}/word_count_1_0_0/deploy`)).status).toBe(200);
  });

  test("a job's key sees only its publisher's namespace", async () => {
    const other = await namespaceIn(org, 'staging');
    const job = await jobClient(org, await github.sign());
    expect((await job.get(`/v1/namespaces/${other}/plugins`)).status).toBe(404);
  });

  test("a job's key is neither listed nor counted among keys, ends after 15 minutes and is then deleted", async () => {
    const clock = clockAt(Date.now());
    const { deps, fetch: timed } = testApp({ fetch: github.documents.fetch, clock });
    const own = await organization({ fetch: timed });
    await trust(own, { issuer_id: await addIssuer(own, github) });
    const { access_token, key_id } = exchangedModel.parse((await exchange(own, await github.sign())).body);
    const job = clientOf(`Bearer ${access_token}`, timed);
    expect((await job.get(own.plugins)).status).toBe(200);
    expect((await own.get('/v1/keys')).body).toMatchObject({ results: [{ name: 'first key' }] });
    expect((await own.get('/v1/quotas')).body).toMatchObject({ quotas: { keys: { used: 1 } } });
    clock.advance(15 * 60_000 + 1);
    expect((await job.get(own.plugins)).status).toBe(401);
    await sweep(deps);
    const rows = await database(env.DB).select().from(apiKeys).where(eq(apiKeys.organizationId, own.id));
    expect(rows.map(({ id }) => id)).not.toContain(key_id);
  });

  test("removing a trusted publisher ends its jobs' keys", async () => {
    const own = await organization({ fetch });
    const id = await trust(own, { issuer_id: await addIssuer(own, github) });
    const { access_token } = exchangedModel.parse((await exchange(own, await github.sign())).body);
    await own.del(`/v1/trusted-publishers/${id}`);
    // An isolate that has not cached the key.
    const job = clientOf(`Bearer ${access_token}`, testApp().fetch);
    expect((await job.get(own.plugins)).status).toBe(401);
    expect((await exchange(own, await github.sign())).status).toBe(401);
  });
});
