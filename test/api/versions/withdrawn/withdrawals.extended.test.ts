// Tests withdrawn versions in releases, in lists and in repeated requests.
import { describe, expect, test } from 'vitest';
import { jsonLog } from '../../../../src/core/log.ts';
import { clientOf } from '../../../support/client.ts';
import { testApp } from '../../../support/deps.ts';
import { eventsOf } from '../../../support/events.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../../support/plugins/publish.ts';
import { adminAuthorization, organization } from '../../../support/scenes/organization.ts';
import { releaseOf, releasing, start } from '../../../support/scenes/releasing.ts';
import { digestOf, messageOf } from '../../../support/scenes/staged.ts';
import { waitFor } from '../../../support/waiting.ts';
import {
  activeOf,
  first,
  lift,
  live,
  objection,
  quarantine,
  reason,
  second,
  two,
  typesOf,
  unique,
} from './withdrawing.ts';

describe('yanking', () => {
  test('a restored version is active again', async () => {
    const org = await two();
    await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    expect((await org.patch(`${org.plugins}/${second}`, { yanked: null })).body).toMatchObject({ yanked: null });
    expect(await activeOf(org)).toBe(second);
    expect(await typesOf(org)).toContain('version.unyanked');
  });

  test('a version that is the only one stays active, and a lower one that follows replaces it', async () => {
    const org = await organization();
    await publish(org, plugin({ version: '1.1.0' }));
    await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    expect(await activeOf(org)).toBe(second);
    await publish(org, plugin());
    expect(await activeOf(org)).toBe(first);
  });

  test('a release to a version that is yanked gives the calls back, and the stable version stays active', async () => {
    const r = await releasing();
    await r.org.patch(`${r.org.plugins}/hello_ext_1_0_1`, { yanked: reason });
    expect(await releaseOf(r)).toMatchObject({ state: 'reverted', percent: 0, reason: 'The version was yanked' });
    expect(await activeOf(r.org)).toBe(first);
    expect((await start(r)).status).toBe(201);
  });

  test('a release to a version that is deprecated continues', async () => {
    const r = await releasing();
    await r.org.patch(`${r.org.plugins}/hello_ext_1_0_1`, { deprecated: reason });
    expect(await releaseOf(r)).toMatchObject({ state: 'rolling' });
  });

  test('repeating it records no event, and another reason replaces the first', async () => {
    const org = await two();
    for (const yanked of [reason, reason, 'Other']) await org.patch(`${org.plugins}/${second}`, { yanked });
    const yanks = (await eventsOf(org)).filter(({ type }) => type === 'version.yanked');
    expect(yanks.map(({ data }) => Object(data).reason).sort()).toEqual(['Other', reason]);
  });

  test('a rollback without a version leaves out yanked ones', async () => {
    const org = await two(await organization({ fetch: testApp().fetch }));
    await publish(org, plugin({ version: '1.2.0' }));
    for (const id of [first, second, 'hello_ext_1_2_0']) await live(org, id);
    await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    const { body } = await org.post(`${org.plugins}/by-name/hello_ext/rollback`, {});
    expect(body).toMatchObject({ plugin_id: first });
  });

  test('a yanked version is deployed by its exact number, with the reason in the answer', async () => {
    const org = await two();
    await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    expect((await org.post(`${org.plugins}/${second}/deploy`)).body).toMatchObject({ yanked: { reason } });
  });
});

describe('deprecating', () => {
  test('a deprecated version stays active and shows why', async () => {
    const org = await two();
    await org.patch(`${org.plugins}/${second}`, { deprecated: reason });
    expect(await activeOf(org)).toBe(second);
    expect((await org.get(`${org.plugins}/${second}`)).body).toMatchObject({ plugin: { deprecated: { reason } } });
    await org.patch(`${org.plugins}/${second}`, { deprecated: null });
    expect(await typesOf(org)).toEqual(expect.arrayContaining(['version.deprecated', 'version.undeprecated']));
  });
});

describe('quarantine', () => {
  test('no release moves calls to a quarantined version', async () => {
    const r = await releasing();
    const sha256 = await digestOf(r.org, 'hello_ext_1_0_1');
    await quarantine(r.org, sha256);
    expect(await releaseOf(r)).toMatchObject({ state: 'reverted', reason: 'The operator quarantined the version' });
    expect((await start(r)).status).toBe(403);
    await lift(r.org, sha256);
    expect((await start(r)).status).toBe(201);
  });

  test("draining stops what is live, and callers learn that it was withdrawn, not the operator's reason", async () => {
    const org = await organization({ fetch: testApp().fetch });
    const files = { 'note.txt': crypto.randomUUID() };
    await publish(org, plugin({ realtime: true }));
    await publish(org, plugin({ version: '1.1.0', realtime: true, files }));
    const call = async () => (await org.post(`${org.plugins}/by-name/hello_ext/realtime`, { inputs: {} })).status;
    await live(org, second);
    await waitFor(async () => expect(await call()).toBe(200));
    const { body } = await quarantine(org, await digestOf(org, second), { drain: true });
    expect(body).toMatchObject({ items: [{ live: [] }] });
    expect((await org.get(`${org.plugins}/${second}/status`)).body).toMatchObject({ deployed: false });
    const errors: string[] = [];
    const log = jsonLog({ info: () => {}, warn: () => {}, error: (line) => errors.push(line) });
    const elsewhere = clientOf(`Bearer ${org.key}`, testApp({ log }).fetch);
    for (const path of [`${second}/realtime/test`, 'by-name/hello_ext/realtime']) {
      const refused = await elsewhere.post(`${org.plugins}/${path}`, { inputs: {} });
      expect([refused.status, Object(refused.body).error.type]).toEqual([503, 'PluginWithdrawnError']);
      expect(refused.text).not.toContain(reason);
    }
    expect(errors).toEqual([]);
    await live(org, first);
    await waitFor(async () => expect(await call()).toBe(200));
  });

  test('the list names what is quarantined, page by page', async () => {
    const org = await two();
    for (const id of [first, second]) await quarantine(org, await digestOf(org, id));
    const admin = clientOf(adminAuthorization, org.fetch);
    const mine: unknown[] = [];
    for (let cursor = ''; ; ) {
      const { results, pagination } = Object((await admin.get(`/v1/admin/quarantines?limit=1${cursor}`)).body);
      mine.push(...results.filter((one: { organization_id: string }) => one.organization_id === org.id));
      if (pagination.next_cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(pagination.next_cursor)}`;
    }
    expect(mine).toHaveLength(2);
  });

  test('a digest that nothing has is not found, and an organization may not quarantine', async () => {
    const org = await organization();
    expect((await quarantine(org, 'ab'.repeat(32))).status).toBe(404);
    expect((await org.put(`/v1/admin/quarantines/${'ab'.repeat(32)}`, { reason, objection })).status).toBe(401);
  });

  test('the same content is quarantined in every organization and cannot be published again', async () => {
    const [org, other] = [await organization(), await organization()];
    const version = unique();
    for (const one of [org, other]) await publish(one, version);
    const sha256 = await digestOf(org);
    expect((await quarantine(org, sha256)).body).toMatchObject({ items: [{}, {}] });
    expect((await other.get(`${other.plugins}/${first}/download`)).status).toBe(403);
    const third = await organization();
    const answer = await confirm(third, await uploaded(third, version, version.zip));
    expect([answer.status, messageOf(answer)]).toEqual([403, expect.stringContaining(reason)]);
  });

  test('a live version keeps serving, and the author gets an event that says where', async () => {
    const org = await two(await organization({ fetch: testApp().fetch }));
    await live(org, second);
    const { body } = await quarantine(org, await digestOf(org, second));
    const places = [{ namespace_id: org.namespaceId, deployment_id: expect.stringMatching(/^dep_/) }];
    expect(body).toMatchObject({ items: [{ plugin_id: second, kind: 'extractor', live: places }] });
    expect((await org.get(`${org.plugins}/${second}/status`)).body).toMatchObject({ deployed: true });
    const event = (await eventsOf(org)).find(({ type }) => type === 'version.quarantined');
    expect(event?.data).toMatchObject({ plugin_id: second, reason, objection, live: places, live_places: 1 });
  });
});
