// Tests that every state change records an event, in order and in the change's batch (invariant 7).
import { describe, expect, test } from 'vitest';
import { scopes } from '../../src/contract/scopes.ts';
import { clientOf } from '../support/client.ts';
import { type Event, eventsOf, eventTypesOf } from '../support/events.ts';
import { plugin } from '../support/plugins/plugin.ts';
import { confirm, openUpload, publish, uploaded } from '../support/plugins/publish.ts';
import {
  adminAuthorization,
  namespaceIn,
  type Organization,
  organization,
  pluginsOf,
} from '../support/scenes/organization.ts';
import { waitFor } from '../support/waiting.ts';

/** Number of events recorded when an organization is created. */
const setupEvents = 3;

/** Returns the events from index `from` onward: type, subject kind, actor type, and whether the event is in a namespace. */
async function summariesOf(org: Organization, from = setupEvents) {
  const kind = (id: string | null) => id?.slice(0, id.indexOf('_')) ?? null;
  const summarize = ({ type, subjectId, actor, namespaceId }: Event) => [
    type,
    kind(subjectId),
    actor.type,
    kind(namespaceId),
  ];
  return (await eventsOf(org)).slice(from).map(summarize);
}

test('a new organization has events for itself, its namespace and its key', async () => {
  const org = await organization();
  const events = await eventsOf(org);
  expect(await summariesOf(org, 0)).toEqual([
    ['organization.created', 'org', 'admin', null],
    ['namespace.created', 'ns', 'admin', 'ns'],
    ['key.created', 'key', 'admin', null],
  ]);
  expect(events.map(({ data }) => data)).toEqual([
    { name: 'Acme' },
    { name: 'default' },
    {
      name: 'first key',
      prefix: org.key.slice(0, 10),
      scopes: [...scopes],
      namespace_ids: null,
      expires_at: null,
    },
  ]);
  expect(JSON.stringify(events)).not.toContain(org.key);
});

describe('publishing', () => {
  test('publishing a first version makes it the active one', async () => {
    const org = await organization();
    const upload = await publish(org, plugin());
    expect(await summariesOf(org)).toEqual([
      ['upload.created', 'plu', 'key', 'ns'],
      ['upload.confirming', 'plu', 'key', 'ns'],
      ['version.published', 'ver', 'key', 'ns'],
      ['plugin.active_version_changed', 'plg', 'key', 'ns'],
    ]);
    const [created, , published, active] = (await eventsOf(org)).slice(setupEvents);
    expect([created?.subjectId, created?.data]).toEqual([upload.upload_id, { name: 'hello_ext' }]);
    expect(published?.data).toEqual({
      upload_id: upload.upload_id,
      plugin_id: 'hello_ext_1_0_0',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(active?.data).toEqual({ to: published?.subjectId });
  });

  test.each([
    ['higher', '1.0.1', ['version.published', 'plugin.active_version_changed']],
    ['lower', '0.9.9', ['version.published']],
  ])('publishing a %s version', async (_how, version, types) => {
    const org = await organization();
    await publish(org, plugin());
    await publish(org, plugin({ version }));
    expect(await eventTypesOf(org, setupEvents + 4)).toEqual(['upload.created', 'upload.confirming', ...types]);
  });

  test('publishing a rejected version records a rejection', async () => {
    const org = await organization();
    const upload = await uploaded(org, { name: 'hello_ext' }, new Uint8Array([1]));
    for (let i = 0; i < 2; i++) expect((await confirm(org, upload)).status).toBe(400);
    expect(await summariesOf(org)).toEqual([
      ['upload.created', 'plu', 'key', 'ns'],
      ['upload.confirming', 'plu', 'key', 'ns'],
      ['upload.rejected', 'plu', 'key', 'ns'],
    ]);
    expect((await eventsOf(org)).at(-1)?.data).toEqual({ because: 'content', errors: 1 });
  });

  test('publishing a version whose object is missing reopens the upload', async () => {
    const org = await organization();
    await confirm(org, await openUpload(org, { name: 'hello_ext' }));
    expect(await summariesOf(org)).toEqual([
      ['upload.created', 'plu', 'key', 'ns'],
      ['upload.confirming', 'plu', 'key', 'ns'],
      ['upload.reopened', 'plu', 'system', 'ns'],
    ]);
  });

  test('publishing a version whose number another upload has just taken records a conflict', async () => {
    const org = await organization();
    const [first, second] = [await uploaded(org, plugin(), plugin().zip), await uploaded(org, plugin(), plugin().zip)];
    await confirm(org, first);
    await confirm(org, second);
    expect(await eventTypesOf(org, setupEvents + 2)).toEqual([
      'upload.confirming',
      'version.published',
      'plugin.active_version_changed',
      'upload.confirming',
      'upload.rejected',
    ]);
    expect((await eventsOf(org)).at(-1)?.data).toEqual({ because: 'conflict', errors: 0 });
  });

  test('publishing again with a repeated confirm writes nothing', async () => {
    const org = await organization();
    const upload = await publish(org, plugin());
    await confirm(org, upload);
    expect(await eventTypesOf(org, setupEvents + 4)).toEqual([]);
  });
});

describe('deleting', () => {
  test('deleting the only version leaves no version active', async () => {
    const org = await organization();
    await publish(org, plugin());
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    expect(await summariesOf(org, setupEvents + 4)).toEqual([
      ['version.deleted', 'ver', 'key', 'ns'],
      ['plugin.active_version_changed', 'plg', 'key', 'ns'],
    ]);
    const [deleted, active] = (await eventsOf(org)).slice(setupEvents + 4);
    expect(deleted?.data).toEqual({ plugin_id: 'hello_ext_1_0_0' });
    expect(active?.data).toEqual({ to: null });
  });

  test('deleting the active version activates the highest remaining version', async () => {
    const org = await organization();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await publish(org, plugin({ version }));
    const published = (await eventsOf(org)).filter(({ type }) => type === 'version.published');
    await org.del(`${org.plugins}/hello_ext_1_2_0`);
    const active = (await eventsOf(org)).filter(({ type }) => type === 'plugin.active_version_changed');
    expect(active.at(-1)?.data).toEqual({ to: published[1]?.subjectId });
  });

  test('deleting another version keeps the active one', async () => {
    const org = await organization();
    for (const version of ['1.0.0', '1.1.0']) await publish(org, plugin({ version }));
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    expect((await eventTypesOf(org)).at(-1)).toBe('version.deleted');
  });

  test('deleting an unknown version writes nothing', async () => {
    const org = await organization();
    await publish(org, plugin());
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    const before = (await eventsOf(org)).length;
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    await org.del(`${org.plugins}/no_exist_1_0_0`);
    expect(await eventsOf(org)).toHaveLength(before);
  });

  test('deleting a live version also takes it out of traffic', async () => {
    const org = await organization();
    await publish(org, plugin());
    await org.post(`${org.plugins}/hello_ext_1_0_0/deploy`);
    expect(await summariesOf(org, setupEvents + 4)).toEqual([
      ['deployment.queued', 'dep', 'key', 'ns'],
      ['deployment.promoted', 'dep', 'key', 'ns'],
      ['pointer.moved', 'plg', 'key', 'ns'],
    ]);
    await org.del(`${org.plugins}/hello_ext_1_0_0`);
    expect(await summariesOf(org, setupEvents + 7)).toEqual([
      ['pointer.emptied', 'ver', 'key', 'ns'],
      ['pointer.moved', 'plg', 'key', 'ns'],
      ['version.deleted', 'ver', 'key', 'ns'],
      ['plugin.active_version_changed', 'plg', 'key', 'ns'],
    ]);
  });
});

describe('namespaces', () => {
  test('namespaces record when they are created, updated and deleted, and the deletion of their plugins', async () => {
    const org = await organization();
    const id = await namespaceIn(org, 'films');
    await publish({ ...org, plugins: pluginsOf(id) }, plugin());
    await org.patch('/v1/namespaces/films', { description: 'x', auto_create_indexes: true });
    await org.del('/v1/namespaces/films');
    // The namespace's plugins are deleted after the response.
    const recorded = await waitFor(async () => {
      const summaries = await summariesOf(org);
      expect(summaries).toHaveLength(9);
      return summaries;
    });
    expect([recorded[0], recorded[5], recorded[6]]).toEqual([
      ['namespace.created', 'ns', 'key', 'ns'],
      ['namespace.updated', 'ns', 'key', 'ns'],
      ['namespace.deleted', 'ns', 'key', 'ns'],
    ]);
    expect(recorded.slice(7)).toEqual([
      ['version.deleted', 'ver', 'system', 'ns'],
      ['plugin.active_version_changed', 'plg', 'system', 'ns'],
    ]);
    const events = (await eventsOf(org)).slice(setupEvents);
    expect(events[5]?.data).toEqual({ fields: ['description', 'auto_create_indexes'] });
    expect(new Set(events.map(({ namespaceId }) => namespaceId))).toEqual(new Set([id]));
  });

  test("namespaces that can't be created or changed write nothing", async () => {
    const org = await organization();
    await namespaceIn(org, 'films');
    const before = (await eventsOf(org)).length;
    const films = { namespace_name: 'films', feature_extractors: [{ feature_extractor_name: 't', version: '1' }] };
    expect((await org.post('/v1/namespaces', films)).status).toBe(409);
    expect((await org.patch('/v1/namespaces/films', { namespace_name: 'default' })).status).toBe(409);
    expect((await org.del('/v1/namespaces/none')).status).toBe(404);
    expect(await eventsOf(org)).toHaveLength(before);
  });
});

test('requests that fail before they change anything write nothing', async () => {
  const org = await organization();
  await org.post(`${org.plugins}/uploads`, { name: '!' });
  await clientOf(null).post(`${org.plugins}/uploads`, { name: 'hello_ext' });
  await clientOf(adminAuthorization).post('/v1/admin/organizations', {});
  expect(await eventsOf(org)).toHaveLength(setupEvents);
});
