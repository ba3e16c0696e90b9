// Tests that two accounts with one e-mail address are one author, and that the people who added a CI job's trusted publisher and its
// issuer are the authors of what it publishes.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { exactScene } from '../../../support/scenes/exact-plugin.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIdOf } from '../../../support/scenes/people.ts';
import { approve, messageOf, stage } from '../../../support/scenes/staged.ts';
import { fakeIssuer } from '../scenes/fake-issuer.ts';
import { memberIn } from '../scenes/members.ts';
import { addIssuer, jobClient, trust } from '../scenes/trusted-publishers.ts';

const sameAddress =
  'An account with your e-mail address is an author of this version. Another person has to approve or reject it.';

async function expectRefused(person: Organization): Promise<void> {
  const answer = await approve(person);
  expect([answer.status, messageOf(answer)]).toEqual([403, sameAddress]);
}

/** Returns a client with a service key that the person makes. */
async function madeBy(maker: Organization): Promise<Organization> {
  const scopes = ['plugins:read', 'plugins:write', 'plugins:deploy', 'keys:admin'];
  const { body } = await maker.post('/v1/keys', { name: 'CI', scopes });
  const { api_key: key } = z.object({ api_key: z.string() }).parse(body);
  return { ...maker, ...clientOf(`Bearer ${key}`, maker.fetch), key };
}

test('whoever published a version does not approve it with another account of the same e-mail address', async () => {
  const org = await organization();
  const [ana, other] = [await memberIn(org, 'Ana'), await memberIn(org, 'ANA')];
  expect(await personIdOf(other)).not.toBe(await personIdOf(ana));
  await stage(ana, {}, { stage: true });
  await expectRefused(other);
  expect((await approve(await memberIn(org, 'Bo'))).body).toMatchObject({ stage: 'approved' });
});

test('the maker of a service key does not approve what it published with another account of the same e-mail address', async () => {
  const org = await organization();
  await stage(await madeBy(await memberIn(org, 'Ana')), {}, { stage: true });
  await expectRefused(await memberIn(org, 'Ana'));
});

test('a proposal for a set of tools counts for that set alone', async () => {
  const { org } = await exactScene();
  await org.patch(`/v1/namespaces/${org.namespaceId}?without_approvers=true`, { requires_approval: true });
  const propose = async (person: Organization, name: string) => {
    const path = `/v1/namespaces/${org.namespaceId}/tool-sets/${name}`;
    const { body } = await person.put(path, { tools: [{ name: 'see', plugin: 'exact' }] });
    return [`${path}/approve`, { sha256: Object(body).pending.sha256 }] as const;
  };
  const own = await propose(await memberIn(org, 'Ana'), 'own');
  const others = await propose(await memberIn(org, 'Bo'), 'others');
  const ana = await memberIn(org, 'ANA');
  expect([(await ana.post(...own)).status, (await ana.post(...others)).status]).toEqual([403, 200]);
});

describe("a CI job's key", () => {
  const job =
    'You added the trusted publisher or the issuer of the CI job that published this version. Another person has to approve or reject it.';

  test('neither who added the trusted publisher nor who added its issuer approves what the job published', async () => {
    const github = await fakeIssuer();
    const org = await organization({ fetch: testApp({ fetch: github.documents.fetch }).fetch });
    const [ana, bo] = [await memberIn(org, 'Ana'), await memberIn(org, 'Bo')];
    await trust(ana, { issuer_id: await addIssuer(bo, github), stage_only: true });
    await stage({ ...org, ...(await jobClient(org, await github.sign())) }, { name: 'word_count' });
    for (const author of [ana, bo]) {
      const answer = await approve(author, 'word_count_1_0_0');
      expect([answer.status, messageOf(answer)]).toEqual([403, job]);
    }
    expect((await approve(await memberIn(org, 'Cleo'), 'word_count_1_0_0')).status).toBe(200);
  });

  test("an operator's issuer leaves only the person who added the trusted publisher behind a job", async () => {
    const github = await fakeIssuer();
    const org = await organization({ fetch: testApp({ fetch: github.documents.fetch }).fetch });
    const operator = { ...org, ...clientOf(adminAuthorization, org.fetch) };
    const { body } = await operator.post('/v1/admin/issuers', { name: 'github', url: github.url });
    const { issuer_id } = z.object({ issuer_id: z.string() }).parse(body);
    const ana = await memberIn(org, 'Ana');
    await trust(ana, { issuer_id });
    await jobClient(org, await github.sign());
    const exchanged = (await eventsOf(org)).find(({ type }) => type === 'key.exchanged');
    expect(exchanged?.actor.made_by).toEqual([await personIdOf(ana)]);
  });
});
