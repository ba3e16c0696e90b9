// Tests over HTTP how versions are taken back: yanked and deprecated by their authors, quarantined by the operator.
import { describe, expect, test } from 'vitest';
import { jsonLog } from '../../../src/core/log.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { eventsOf } from '../../support/events.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../support/plugins/publish.ts';
import {
  adminAuthorization,
  clientWithKey,
  type Organization,
  organization,
} from '../../support/scenes/organization.ts';
import { releaseOf, releasing, start } from '../../support/scenes/releasing.ts';
import { digestOf, firstId, messageOf } from '../../support/scenes/staged.ts';
import { waitFor } from '../../support/waiting.ts';

const first = firstId;
const second = 'hello_ext_1_1_0';
const reason = 'Returns wrong embeddings. Use 1.1.1.';
const objection = 'Write to security@example.com.';

/** Content that no other test has, because a quarantine holds for the whole installation. */
const unique = (version?: string) =>
  plugin({ ...(version === undefined ? {} : { version }), files: { 'note.txt': crypto.randomUUID() } });

async function two(org?: Organization) {
  const own = org ?? (await organization());
  await publish(own, unique());
  await publish(own, unique('1.1.0'));
  return own;
}

async function activeOf(org: Organization): Promise<unknown> {
  const { body } = await org.get(`${org.plugins}/by-name/hello_ext/versions`);
  return Object(body).results.find((one: { active: boolean }) => one.active)?.plugin_id;
}

async function live(org: Organization, id: string) {
  expect((await org.post(`${org.plugins}/${id}/deploy`)).status).toBe(200);
}

const typesOf = async (org: Organization) => (await eventsOf(org)).map(({ type }) => type);

describe('yanking', () => {
  test('a yanked version gives way to the highest one that is left, and shows the reason in lists and alone', async () => {
    const org = await two();
    const { body } = await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    expect(body).toMatchObject({ plugin_id: second, yanked: { reason, by: { type: 'key' } }, deprecated: null });
    expect(await activeOf(org)).toBe(first);
    const shown = { yanked: { reason } };
    expect((await org.get(`${org.plugins}/${second}`)).body).toMatchObject({ plugin: shown });
    expect((await org.get(org.plugins)).body).toMatchObject({ plugins: [{ yanked: null }, shown] });
    expect(await typesOf(org)).toContain('version.yanked');
  });

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

  test('a yanked version is deployed by its exact number, with the reason in the answer', async () => {
    const org = await two();
    await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    expect((await org.post(`${org.plugins}/${second}/deploy`)).body).toMatchObject({ yanked: { reason } });
  });

  test('a rollback without a version leaves out yanked ones', async () => {
    const org = await two(await organization({ fetch: testApp().fetch }));
    await publish(org, plugin({ version: '1.2.0' }));
    for (const id of [first, second, 'hello_ext_1_2_0']) await live(org, id);
    await org.patch(`${org.plugins}/${second}`, { yanked: reason });
    const { body } = await org.post(`${org.plugins}/by-name/hello_ext/rollback`, {});
    expect(body).toMatchObject({ plugin_id: first });
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

  test('a key without the scope, or of another organization, changes nothing', async () => {
    const org = await two();
    const reader = await clientWithKey(org, { scopes: ['plugins:read'] });
    expect((await reader.patch(`${org.plugins}/${second}`, { deprecated: reason })).status).toBe(403);
    const other = await organization();
    expect((await other.patch(`${org.plugins}/${second}`, { deprecated: reason })).status).toBe(404);
    expect((await org.patch(`${org.plugins}/${second}`, { deprecated: ' ' })).status).toBe(422);
    expect((await org.get(`${org.plugins}/${second}`)).body).toMatchObject({ plugin: { deprecated: null } });
  });
});

describe('quarantine', () => {
  const quarantine = (org: Organization, sha256: string, fields: object = {}) =>
    clientOf(adminAuthorization, org.fetch).put(`/v1/admin/quarantines/${sha256}`, { reason, objection, ...fields });
  const lift = (org: Organization, sha256: string) =>
    clientOf(adminAuthorization, org.fetch).del(`/v1/admin/quarantines/${sha256}`);

  test('quarantined content is neither deployed nor downloaded, and every refusal says why and how to object', async () => {
    const org = await two();
    await quarantine(org, await digestOf(org, second));
    const refused = [
      await org.post(`${org.plugins}/${second}/deploy`),
      await org.get(`${org.plugins}/${second}/download`),
      await org.get(`${org.plugins}/${second}/source`),
      await org.get(`${org.plugins}/by-name/hello_ext/diff?v1=1.0.0&v2=1.1.0`),
    ];
    for (const answer of refused) {
      expect([answer.status, messageOf(answer)]).toEqual([
        403,
        expect.stringContaining(`${reason} To object: ${objection}`),
      ]);
    }
    expect((await org.get(`${org.plugins}/${second}`)).body).toMatchObject({
      plugin: { quarantined: { reason, objection } },
    });
    expect(await activeOf(org)).toBe(first);
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

  test('lifting it allows everything again', async () => {
    const org = await two();
    const sha256 = await digestOf(org, second);
    await quarantine(org, sha256);
    expect((await lift(org, sha256)).status).toBe(204);
    expect((await org.get(`${org.plugins}/${second}/download`)).status).toBe(200);
    expect(await typesOf(org)).toContain('version.unquarantined');
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
});
