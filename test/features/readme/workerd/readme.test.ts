// Tests over HTTP which README a version has, and how much of it is served.
import { env } from 'cloudflare:workers';
import { describe, expect, test } from 'vitest';
import { crc32 } from '../../../../src/archive/compression/crc32.ts';
import { encodeIndex } from '../../../../src/archive/contents/stored-index.ts';
import { readmeLimits } from '../../../../src/contract/features/readme/limits.ts';
import { sha256Hex } from '../../../../src/core/digest.ts';
import { archiveKey, indexKey } from '../../../../src/registry/storage/archives.ts';
import { joined } from '../../../support/bytes.ts';
import { clientOf } from '../../../support/client.ts';
import { goPlugin } from '../../../support/plugins/go-plugins.ts';
import { type Files, plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { adminAuthorization, organization } from '../../../support/scenes/organization.ts';
import { publisher, readme } from '../scenes/readmes.ts';

describe('a README', () => {
  test('has its text as published, its digest and its size', async () => {
    const text = '\ufeff# Grüße 👋\r\n\r\n<script>alert(1)</script>\u001b[31m\n';
    const { status, body, headers } = await readme({ 'README.md': text });
    const bytes = joined([new TextEncoder().encode(text)]);
    expect([status, headers.get('cache-control')]).toEqual([200, 'private, no-cache']);
    expect(body).toEqual({
      success: true,
      plugin_id: 'hello_ext_1_0_0',
      name: 'hello_ext',
      version: '1.0.0',
      path: 'README.md',
      sha256: await sha256Hex(bytes),
      size_bytes: bytes.length,
      text,
      truncated: false,
    });
  });

  test("has the archive's digest as its ETag, which a client can revalidate", async () => {
    const made = plugin({ files: { 'README.md': '# hello\n' } });
    const org = await organization();
    const { plugin_id } = await publish(org, made);
    const path = `${org.plugins}/${plugin_id}/readme`;
    const etag = (await org.get(path)).headers.get('etag') ?? '';
    expect(etag).toBe(`"${await sha256Hex(made.zip)}"`);
    const again = await org.send('GET', path, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  test('may be empty', async () => {
    expect((await readme({ 'README.md': '' })).body).toMatchObject({ text: '', size_bytes: 0, truncated: false });
  });

  test.each<[what: string, files: Files]>([
    ['without a README', {}],
    ['with a README in a folder', { 'docs/README.md': 'hello' }],
  ])('is absent from a version %s', async (_, files) => {
    const { status, body } = await readme(files);
    expect([status, body]).toMatchObject([404, { error: { message: 'README not found: hello_ext_1_0_0' } }]);
  });
});

describe('a long README', () => {
  const { textBytes } = readmeLimits;

  test('is whole up to 512 KiB', async () => {
    const text = 'a'.repeat(textBytes);
    const { body } = await readme({ 'README.md': text });
    expect(body).toMatchObject({ text, size_bytes: textBytes, truncated: false, sha256: await sha256Hex(text) });
  });

  test('is cut between two characters beyond 512 KiB, and has the digest of the file', async () => {
    const kept = 'a'.repeat(textBytes - 2);
    const text = `${kept}👋 and more`;
    const { body } = await readme({ 'README.md': text });
    expect(body).toMatchObject({ text: kept, truncated: true, sha256: await sha256Hex(text) });
  });
});

describe('access to a README', () => {
  test('belongs to those who see the version', async () => {
    const { path } = await publisher({ 'README.md': 'hello' });
    expect((await (await organization()).get(path)).status).toBe(404);
  });

  test("an organization's is read without a namespace", async () => {
    const org = await organization();
    await publish({ ...org, plugins: '/v1/plugins' }, plugin({ files: { 'README.md': 'hello' } }));
    expect((await org.get('/v1/plugins/hello_ext_1_0_0/readme')).body).toMatchObject({ text: 'hello' });
    expect((await (await organization()).get('/v1/plugins/hello_ext_1_0_0/readme')).status).toBe(404);
  });

  test("ends with its version's quarantine", async () => {
    const made = plugin({ files: { 'README.md': `hello of ${crypto.randomUUID()}` } });
    const org = await organization();
    const { plugin_id } = await publish(org, made);
    const quarantine = `/v1/admin/quarantines/${await sha256Hex(made.zip)}`;
    const reason = { reason: 'Steals keys', objection: 'Write to us' };
    expect((await clientOf(adminAuthorization).put(quarantine, reason)).status).toBe(200);
    const { status, text } = await org.get(`${org.plugins}/${plugin_id}/readme`);
    expect([status, text]).toEqual([403, expect.stringContaining('Steals keys')]);
  });

  test('of a Go plugin is read with its kind', async () => {
    const org = await organization();
    await goPlugin(org, 'pipeline', 'upper');
    await storeFile(await sha256Hex(`${org.id} pipeline upper`), 'README.md', '# upper\n');
    const path = `${org.plugins}/upper_1_0_0/readme`;
    expect((await org.get(`${path}?kind=pipeline`)).body).toMatchObject({ name: 'upper', text: '# upper\n' });
    expect((await org.get(path)).status).toBe(404);
  });
});

test('the digest of a README that its archive does not have is computed, but not of one that is cut', async () => {
  const org = await organization();
  await goPlugin(org, 'storage', 'lower');
  const archive = await sha256Hex(`${org.id} storage lower`);
  const path = `${org.plugins}/lower_1_0_0/readme?kind=storage`;
  const whole = 'a'.repeat(readmeLimits.textBytes);
  await storeFile(archive, 'README.md', whole);
  expect((await org.get(path)).body).toMatchObject({ truncated: false, sha256: await sha256Hex(whole) });
  await storeFile(archive, 'README.md', `${whole}a`);
  expect((await org.get(path)).body).toMatchObject({ truncated: true, sha256: null, text: whole });
});

/** Stores an archive with one file, which isn't compressed. */
async function storeFile(archive: string, path: string, text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  const packed = { offset: 0, compressedSize: bytes.length, method: 'stored', crc32: crc32(bytes) } as const;
  await env.ARCHIVES.put(archiveKey(archive), bytes);
  await env.ARCHIVES.put(
    indexKey(archive),
    encodeIndex([{ path, size: bytes.length, sha256: null, source: false, ...packed }]),
  );
}
