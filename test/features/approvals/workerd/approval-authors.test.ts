// Tests that the people who made or rotated a service key are the authors of what it publishes.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type Answer, clientOf } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { personIdOf, personIn } from '../../../support/scenes/people.ts';
import { approve, digestOf, firstId, messageOf, stage } from '../../../support/scenes/staged.ts';

const refusal =
  'You made or rotated the service key that published this version. Another person has to approve or reject it.';
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

async function expectRefused(person: Organization): Promise<void> {
  const answer = await approve(person);
  expect([answer.status, messageOf(answer)]).toEqual([403, refusal]);
}

describe('a service key', () => {
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
