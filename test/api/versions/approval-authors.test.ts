// Tests that the people who made or rotated a service key, or added a CI job's trusted publisher, are the authors of what it publishes.
// test/hooks/approval-authors.test.ts tests the same of deploy hooks.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Answer, clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { fakeIssuer } from '../../support/scenes/fake-issuer.ts';
import { adminAuthorization, type Organization, organization } from '../../support/scenes/organization.ts';
import { personIdOf, personIn } from '../../support/scenes/people.ts';
import { approve, digestOf, firstId, messageOf, stage } from '../../support/scenes/staged.ts';
import { addIssuer, jobClient, trust } from '../../support/scenes/trusted-publishers.ts';

const refusal =
  'You made or rotated the service key that published this version. Another person has to approve or reject it.';
const sameAddress =
  'An account with your e-mail address is an author of this version. Another person has to approve or reject it.';
const scopes = ['plugins:read', 'plugins:write', 'plugins:deploy', 'keys:admin'];
const keyModel = z.object({ key_id: z.string(), api_key: z.string() });

interface ServiceKey {
  id: string;
  client: Organization;
}

/** Returns a client with the key of this answer. */
function keyIn(org: Organization, { body }: Answer): ServiceKey {
  const { api_key: key, key_id: id } = keyModel.parse(body);
  return { id, client: { ...org, ...clientOf(`Bearer ${key}`, org.fetch), key } };
}

async function keyMadeBy(maker: Organization): Promise<ServiceKey> {
  return keyIn(maker, await maker.post('/v1/keys', { name: 'CI', scopes }));
}

async function rotatedBy(person: Organization, { id }: ServiceKey): Promise<ServiceKey> {
  return keyIn(person, await person.post(`/v1/keys/${id}/rotate`, {}));
}

async function expectRefused(person: Organization, message = refusal): Promise<void> {
  const answer = await approve(person);
  expect([answer.status, messageOf(answer)]).toEqual([403, message]);
}

test('whoever published a version does not approve it with another account of the same e-mail address', async () => {
  const org = await organization();
  const [ana, other] = [await personIn(org, 'Ana'), await personIn(org, 'ANA')];
  expect(await personIdOf(other)).not.toBe(await personIdOf(ana));
  await stage(ana, {}, { stage: true });
  await expectRefused(other, sameAddress);
  expect((await approve(await personIn(org, 'Bo'))).body).toMatchObject({ stage: 'approved' });
});

describe('a service key', () => {
  test('its maker does not approve what it published with another account of the same e-mail address', async () => {
    const org = await organization();
    await stage((await keyMadeBy(await personIn(org, 'Ana'))).client, {}, { stage: true });
    await expectRefused(await personIn(org, 'Ana'), sameAddress);
  });

  test('its maker does not approve what it published, and another person does', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    await stage((await keyMadeBy(ana)).client, {}, { stage: true });
    await expectRefused(ana);
    expect((await approve(await personIn(org, 'Bo'))).body).toMatchObject({ stage: 'approved' });
  });

  test('its maker does not reject what it published', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    await stage((await keyMadeBy(ana)).client, {}, { stage: true });
    const answer = await ana.post(`${ana.plugins}/${firstId}/reject`, { sha256: await digestOf(ana) });
    expect([answer.status, messageOf(answer)]).toEqual([403, refusal]);
  });

  test('its maker does not approve a version of it that never waited', async () => {
    const org = { ...(await organization()), plugins: '/v1/plugins' };
    const ana = await personIn(org, 'Ana');
    await publish((await keyMadeBy(ana)).client, plugin());
    await expectRefused(ana);
  });

  test('the maker of the key that made it does not approve what it published', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    const first = await keyMadeBy(ana);
    const second = await keyMadeBy(first.client);
    await stage(second.client, {}, { stage: true });
    await expectRefused(ana);
  });

  test('neither its maker nor who rotated its secret approves what it published', async () => {
    const org = await organization();
    const [ana, bo] = [await personIn(org, 'Ana'), await personIn(org, 'Bo')];
    const rotated = await rotatedBy(bo, await keyMadeBy(ana));
    await stage(rotated.client, {}, { stage: true });
    await expectRefused(ana);
    await expectRefused(bo);
    expect((await approve(await personIn(org, 'Cleo'))).status).toBe(200);
  });

  test('its maker does not approve what it published after the key is revoked', async () => {
    const org = await organization();
    const ana = await personIn(org, 'Ana');
    const { client, id } = await keyMadeBy(ana);
    await stage(client, {}, { stage: true });
    expect((await ana.del(`/v1/keys/${id}`)).status).toBe(200);
    await expectRefused(ana);
  });

  test('a person who rotates it later approves what it published before', async () => {
    const org = await organization();
    const [ana, bo] = [await personIn(org, 'Ana'), await personIn(org, 'Bo')];
    const key = await keyMadeBy(ana);
    await stage(key.client, {}, { stage: true });
    await rotatedBy(bo, key);
    expect((await approve(bo)).status).toBe(200);
  });

  test('one that no person made is behind nobody, until a person rotates it', async () => {
    const org = await organization();
    const made = await keyMadeBy(org);
    const ana = await personIn(org, 'Ana');
    await stage(made.client, {}, { stage: true });
    expect((await approve(ana)).status).toBe(200);
    await stage((await rotatedBy(ana, made)).client, { version: '1.1.0' }, { stage: true });
    expect(messageOf(await approve(ana, 'hello_ext_1_1_0'))).toBe(refusal);
  });

  test('its events and versions name the people behind it', async () => {
    const org = await organization();
    const [ana, bo] = [await personIn(org, 'Ana'), await personIn(org, 'Bo')];
    const key = await rotatedBy(bo, await keyMadeBy(ana));
    await stage(key.client, {}, { stage: true });
    const made_by = [await personIdOf(ana), await personIdOf(bo)].sort();
    const actor = { type: 'key', id: key.id, made_by };
    expect((await org.get('/v1/approvals')).body).toMatchObject({ results: [{ published_by: actor }] });
    expect((await eventsOf(org)).find(({ type }) => type === 'version.staged')).toMatchObject({ actor });
  });
});

describe("a CI job's key", () => {
  const job =
    'You added the trusted publisher or the issuer of the CI job that published this version. Another person has to approve or reject it.';

  test('neither who added the trusted publisher nor who added its issuer approves what the job published', async () => {
    const github = await fakeIssuer();
    const org = await organization({ fetch: testApp({ fetch: github.documents.fetch }).fetch });
    const [ana, bo] = [await personIn(org, 'Ana'), await personIn(org, 'Bo')];
    await trust(ana, { issuer_id: await addIssuer(bo, github), stage_only: true });
    await stage({ ...org, ...(await jobClient(org, await github.sign())) }, { name: 'word_count' });
    for (const author of [ana, bo]) {
      const answer = await approve(author, 'word_count_1_0_0');
      expect([answer.status, messageOf(answer)]).toEqual([403, job]);
    }
    expect((await approve(await personIn(org, 'Cleo'), 'word_count_1_0_0')).status).toBe(200);
  });

  test("an operator's issuer leaves only the person who added the trusted publisher behind a job", async () => {
    const github = await fakeIssuer();
    const org = await organization({ fetch: testApp({ fetch: github.documents.fetch }).fetch });
    const operator = { ...org, ...clientOf(adminAuthorization, org.fetch) };
    const { body } = await operator.post('/v1/admin/issuers', { name: 'github', url: github.url });
    const { issuer_id } = z.object({ issuer_id: z.string() }).parse(body);
    const ana = await personIn(org, 'Ana');
    await trust(ana, { issuer_id });
    await jobClient(org, await github.sign());
    const exchanged = (await eventsOf(org)).find(({ type }) => type === 'key.exchanged');
    expect(exchanged?.actor.made_by).toEqual([await personIdOf(ana)]);
  });
});
