// Tests everyone who is behind a service key: makers of its maker, those who rotated it, and revoked keys.
import { describe, expect, test } from 'vitest';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { organization } from '../../../support/scenes/organization.ts';
import { personIdOf, personIn } from '../../../support/scenes/people.ts';
import { approve, digestOf, firstId, messageOf, stage } from '../../../support/scenes/staged.ts';
import { expectRefused, keyMadeBy, refusal, rotatedBy } from '../scenes/service-keys.ts';

describe('a service key', () => {
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
