// Tests what else packing again changes nothing about: versions from before, lifted quarantines, large archives.
import { env } from 'cloudflare:workers';
import { and, eq, isNull } from 'drizzle-orm';
import { describe, expect, test } from 'vitest';
import { inMemoryBytesMax } from '../../../../src/contract/limits/archives.ts';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { database } from '../../../../src/db/client.ts';
import { pluginVersions } from '../../../../src/db/schema/registry.ts';
import { writeZip } from '../../../support/archives/zip-writer.ts';
import { noise } from '../../../support/bytes.ts';
import { testApp } from '../../../support/deps.ts';
import { type Files, type Plugin, tarGzOf, zipOf } from '../../../support/plugins/plugin.ts';
import { confirm, publish, uploaded } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { digestOf, firstId, messageOf } from '../../../support/scenes/staged.ts';
import { waitFor } from '../../../support/waiting.ts';
import { documentOf, quarantines, reason, unique } from './repacking.ts';

async function confirmed(org: Organization, { name, version }: Plugin, bytes: Uint8Array<ArrayBuffer>) {
  return confirm(org, await uploaded(org, { name, version }, bytes));
}

const entriesOf = (files: Files) => Object.entries(files).map(([name, data]) => ({ name, data }));

const repackings: [how: string, pack: (files: Files) => Uint8Array<ArrayBuffer>][] = [
  ['with other time stamps', (files) => writeZip(entriesOf(files))],
  ['in another order', (files) => writeZip(entriesOf(files).reverse())],
  ['without compression', (files) => writeZip(entriesOf(files).map((entry) => ({ ...entry, stored: true })))],
  ['with comments', (files) => writeZip(entriesOf(files).map((entry) => ({ ...entry, comment: 'new' })))],
  [
    'with other modes, none of which is unpacked',
    (files) => writeZip(entriesOf(files).map((one) => ({ ...one, mode: 0o100755 }))),
  ],
  ['with a top folder', (files) => zipOf(files, 'packed-again/')],
  ['with folders listed', (files) => writeZip([{ name: 'lib/' }, ...entriesOf(files)])],
  ['with an empty folder', (files) => writeZip([{ name: 'empty/' }, ...entriesOf(files)])],
  ['with ./ before names', (files) => zipOf(files, './')],
  ['with the extra files of macOS', (files) => zipOf({ ...files, '__MACOSX/._x': 'x', '.DS_Store': 'x' })],
  ['as a tar.gz', (files) => tarGzOf(files)],
];

describe('quarantined content that is packed again', () => {
  test.each(repackings)('quarantined content that is packed again is refused: %s', async (_how, pack) => {
    const [org, other] = [await organization(), await organization()];
    const content = unique();
    await publish(org, content);
    const sha256 = await digestOf(org);
    const again = pack(content.files);
    expect(await sha256Hex(again)).not.toBe(sha256);
    await quarantines(org).add(sha256);
    for (const one of [other, await organization()]) {
      const answer = await confirmed(one, content, again);
      expect([answer.status, messageOf(answer)]).toEqual([403, expect.stringContaining(reason)]);
    }
  });

  test('quarantined content that is packed again is found where it was already published, by any of its digests', async () => {
    const [org, other] = [await organization(), await organization()];
    const content = unique();
    await publish(org, content);
    await publish(other, { ...content, zip: tarGzOf(content.files) });
    const [one, two] = [await documentOf(org), await documentOf(other)];
    expect(one.code_hash).not.toBe(two.code_hash);
    expect(one.files_sha256).toBe(two.files_sha256);
    const both = [org, other].map(({ id }) => expect.objectContaining({ organization_id: id }));
    for (const sha256 of [one.code_hash, two.code_hash, one.files_sha256]) {
      expect((await quarantines(org).add(sha256)).body).toEqual({ items: expect.arrayContaining(both) });
      for (const { get, plugins } of [org, other])
        expect((await get(`${plugins}/${firstId}/download`)).status).toBe(403);
      expect((await quarantines(org).lift(two.code_hash)).status).toBe(204);
      for (const { get, plugins } of [org, other])
        expect((await get(`${plugins}/${firstId}/download`)).status).toBe(200);
    }
  });

  test('quarantined content that is packed again is refused for a version from before files had a digest', async () => {
    const [org, other] = [await organization(), await organization()];
    const content = unique();
    await publish(org, content);
    await database(env.DB)
      .update(pluginVersions)
      .set({ filesSha256: null })
      .where(and(eq(pluginVersions.organizationId, org.id), isNull(pluginVersions.deletedAt)));
    expect((await documentOf(org)).files_sha256).toBeNull();
    await quarantines(org).add(await digestOf(org));
    expect((await documentOf(org)).files_sha256).toMatch(/^[0-9a-f]{64}$/);
    expect((await confirmed(other, content, tarGzOf(content.files))).status).toBe(403);
  });

  test('quarantined content that is packed again is published once the quarantine is lifted, although its first author deleted it', async () => {
    const [org, other] = [await organization(), await organization()];
    const content = unique();
    await publish(org, content);
    const { files_sha256: sha256 } = await documentOf(org);
    await quarantines(org).add(sha256);
    expect((await org.del(`${org.plugins}/${firstId}`)).status).toBe(200);
    expect((await confirmed(other, content, tarGzOf(content.files))).status).toBe(403);
    expect((await quarantines(org).lift(sha256)).status).toBe(204);
    expect((await confirmed(other, content, tarGzOf(content.files))).status).toBe(200);
  });

  test('quarantined content that is packed again is refused above the size that is read into memory', {
    tags: 'long',
  }, async () => {
    const org = await organization({ fetch: testApp().fetch });
    // Hexadecimal digits compress to half.
    const content = unique({ 'data/large.txt': digitsOf(inMemoryBytesMax) });
    const large = writeZip(entriesOf(content.files).map((entry) => ({ ...entry, stored: true })));
    const upload = await uploaded(org, content, large);
    await waitFor(async () => Object((await confirm(org, upload)).body).validation_status === 'passed');
    const { code_hash, files_sha256 } = await documentOf(org);
    expect([code_hash, files_sha256]).toEqual([await sha256Hex(large), expect.stringMatching(/^[0-9a-f]{64}$/)]);
    await quarantines(org).add(code_hash);
    const small = zipOf(content.files);
    expect(small.length).toBeLessThan(inMemoryBytesMax);
    expect((await confirmed(await organization(), content, small)).status).toBe(403);
  });
});

function digitsOf(length: number): string {
  const { buffer } = noise(length / 2);
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

test.each<[what: string, change: (files: Files) => Files]>([
  ['one more space', (files) => ({ ...files, 'lib/note.txt': ` ${files['lib/note.txt']}` })],
  ['another file', (files) => ({ ...files, 'lib/empty.txt': '' })],
  ['another path', ({ 'lib/note.txt': note = '', ...files }) => ({ ...files, 'lib/note2.txt': note })],
  [
    'another Unicode form of a path',
    ({ 'lib/\u00e9.txt': text = '', ...files }) => ({ ...files, 'lib/e\u0301.txt': text }),
  ],
])('content is another with %s', async (_what, change) => {
  const [org, other] = [await organization(), await organization()];
  const content = unique({ 'lib/\u00e9.txt': 'text' });
  await publish(org, content);
  await quarantines(org).add(await digestOf(org));
  expect((await confirmed(other, content, zipOf(change(content.files)))).status).toBe(200);
});
