// Tests over HTTP how agent plugins are taken back: yanked by their authors, quarantined by the operator, also as content of versions.
import { describe, expect, test } from 'vitest';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { clientOf } from '../../../support/client.ts';
import { eventsOf } from '../../../support/events.ts';
import { type Files, type Plugin, plugin, tarGzOf, zipOf } from '../../../support/plugins/plugin.ts';
import { confirm, uploaded } from '../../../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../../../support/scenes/organization.ts';
import { stageOnlyJob } from '../../../support/scenes/people.ts';
import { firstId, messageOf } from '../../../support/scenes/staged.ts';
import { agents, documented, freshName, goodChecksum, registration } from '../scenes/agents.ts';

const reason = 'Returns wrong embeddings. Use 1.1.1.';
const objection = 'Write to security@example.com.';

/** Content that no other test has, because a quarantine holds for the whole installation. */
const unique = () => plugin({ files: { 'lib/note.txt': crypto.randomUUID() } });

const quarantines = (org: Organization) => {
  const admin = clientOf(adminAuthorization, org.fetch);
  return {
    add: (sha256: string) => admin.put(`/v1/admin/quarantines/${sha256}`, { reason, objection }),
    lift: (sha256: string) => admin.del(`/v1/admin/quarantines/${sha256}`),
  };
};

const documentOf = async (org: Organization) => Object((await org.get(`${org.plugins}/${firstId}`)).body).plugin;
const typesOf = async (org: Organization) => (await eventsOf(org)).map(({ type }) => type);

async function confirmed(org: Organization, { name, version }: Plugin, bytes: Uint8Array<ArrayBuffer>) {
  return confirm(org, await uploaded(org, { name, version }, bytes));
}

describe('quarantined content as an artifact of an agent plugin', () => {
  const archives: [how: string, pack: (files: Files) => Uint8Array<ArrayBuffer>][] = [
    ['a zip', (files) => zipOf(files)],
    ['a tar.gz', (files) => tarGzOf(files)],
  ];

  test.each(archives)('quarantined content is refused as an agent plugin: %s', async (_how, pack) => {
    const [org, other] = [await organization(), await organization()];
    const content = unique();
    const bytes = pack(content.files);
    expect((await confirmed(org, content, bytes)).status).toBe(200);
    const checksum = `sha256:${await sha256Hex(bytes)}`;
    const { id } = Object((await other.post(agents, registration({ checksum }))).body);
    const { files_sha256 } = await documentOf(org);
    expect((await quarantines(org).add(files_sha256)).body).toMatchObject({ items: [{}, { plugin_id: id }] });
    expect((await other.get(`${agents}/${id}/artifact`)).status).toBe(403);
    const again = await other.post(agents, registration({ checksum }));
    expect([again.status, again.text]).toEqual([403, expect.stringContaining(reason)]);
    expect((await quarantines(org).lift(files_sha256)).status).toBe(204);
    expect((await other.post(agents, registration({ checksum }))).status).toBe(200);
    expect((await other.get(`${agents}/${id}`)).body).toMatchObject({ quarantined: null });
  });

  test.each(archives)("an agent plugin's quarantined artifact is refused as a version: %s", async (_how, pack) => {
    const [org, other] = [await organization(), await organization()];
    const content = unique();
    const bytes = pack(content.files);
    const sha256 = await sha256Hex(bytes);
    expect((await org.post(agents, registration({ checksum: `sha256:${sha256}` }))).status).toBe(200);
    await quarantines(org).add(sha256);
    const answer = await confirmed(other, content, bytes);
    expect([answer.status, messageOf(answer)]).toEqual([403, expect.stringContaining(reason)]);
    expect((await quarantines(org).lift(sha256)).status).toBe(204);
    expect((await confirmed(other, content, bytes)).status).toBe(200);
  });
});

test("an agent plugin's quarantined artifact cannot be downloaded, nor registered under another name", async () => {
  const org = await organization();
  const checksum = `sha256:${'c4'.repeat(32)}`;
  const sent = { ...documented(freshName()), checksum };
  const { id } = Object((await org.post(agents, sent)).body);
  await quarantines(org).add('c4'.repeat(32));
  expect((await org.get(`${agents}/${id}`)).body).toMatchObject({ quarantined: { reason, objection } });
  expect((await org.get(`${agents}/${id}/artifact`)).status).toBe(403);
  expect((await org.post(agents, { ...documented(freshName()), checksum })).status).toBe(403);
  expect((await org.get(`${agents}/by-name/${sent.name}`)).body).toMatchObject({ latest: null });
  expect(await typesOf(org)).toContain('agent_plugin.quarantined');
});

test('a yanked agent plugin shows the reason and can be offered again', async () => {
  const org = await organization();
  const { id } = Object((await org.post(agents, { ...documented(freshName()), checksum: goodChecksum })).body);
  expect((await org.del(`${agents}/${id}?reason=${encodeURIComponent(reason)}`)).status).toBe(204);
  expect((await org.get(`${agents}/${id}`)).body).toMatchObject({ yanked: true, yankReason: reason });
  expect((await org.patch(`${agents}/${id}`, { yanked: false })).body).toMatchObject({
    yanked: false,
    yankReason: null,
  });
  expect(await typesOf(org)).toEqual(expect.arrayContaining(['agent_plugin.yanked', 'agent_plugin.unyanked']));
});

test('a CI job that may only stage cannot register agent plugins', async () => {
  const job = await stageOnlyJob(await organization());
  const answer = await job.post('/api/v1/plugins', registration());
  expect([answer.status, answer.text]).toEqual([409, expect.stringContaining("agent plugins can't wait")]);
});
