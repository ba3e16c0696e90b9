// Tests that stored content is inert on the console's origin. /_s3 serves it as a download with a fixed type, whatever type its
// uploader announced, and presigned GETs make R2 do the same.
import { describe, expect, test } from 'vitest';
import { eventArchiveKey } from '../../../src/events/event-archives.ts';
import { artifactKey } from '../../../src/instances/builds/builds.ts';
import { packagePartKey } from '../../../src/instances/environments/package-store.ts';
import { modelKey, modelUploadKey } from '../../../src/models/model-keys.ts';
import { archiveKey, indexKey } from '../../../src/registry/storage/archives.ts';
import { presign } from '../../../src/registry/storage/presign.ts';
import { findingsKey } from '../../../src/registry/storage/stored-findings.ts';
import { repackedKey, uploadKey } from '../../../src/registry/uploads/uploads.ts';
import { bytesOf } from '../../support/bytes.ts';
import { testApp } from '../../support/deps.ts';
import { featureRows } from '../../support/feature-rows.ts';
import { openUpload } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const { deps, fetch } = testApp();
const org = await organization({ fetch });

const script = '<script>document.title = "ran"</script>';
const sha256 = 'a'.repeat(64);
const organizationId = deps.ids('organization');
const upload = deps.ids('upload');

/** The store's folders, with the type in which each one's objects are served. */
const objects: [key: string, type: string][] = [
  [uploadKey(upload), 'application/octet-stream'],
  [repackedKey(upload), 'application/zip'],
  [archiveKey(sha256), 'application/zip'],
  [indexKey(sha256), 'application/json'],
  [findingsKey(upload), 'application/json'],
  [`logs/${deps.ids('deployment')}/0.ndjson`, 'application/x-ndjson'],
  [eventArchiveKey({ organizationId, firstBlock: 0, lastBlock: 1 }), 'application/x-ndjson'],
  [artifactKey(sha256), 'application/octet-stream'],
  [packagePartKey('numpy', sha256), 'application/octet-stream'],
  [modelKey(organizationId, sha256), 'application/octet-stream'],
  [modelUploadKey({ namespaceId: deps.ids('namespace'), name: 'page.html', sha256 }), 'application/octet-stream'],
  [`later-calls/${deps.ids('call')}/body`, 'application/octet-stream'],
  ['a-folder-of-a-later-release/page.html', 'application/octet-stream'],
  ...featureRows.flatMap((rows) => rows.storedObjects ?? []),
];

const inert = {
  'content-disposition': 'attachment',
  'content-security-policy': "default-src 'none'; sandbox",
  'x-content-type-options': 'nosniff',
};

/** Stores a page with the headers a malicious uploader would choose. */
async function store(key: string): Promise<string> {
  await deps.blobs.put(key, script, {
    httpMetadata: {
      contentType: 'text/html',
      contentDisposition: 'inline',
      contentLanguage: 'en',
      contentEncoding: 'gzip',
      cacheControl: 'public, max-age=31536000',
    },
  });
  return presign(deps.storage, { method: 'GET', key, expiresInSeconds: 60 });
}

async function headersOf(url: string, init: RequestInit = {}): Promise<{ status: number } & Record<string, unknown>> {
  const response = await fetch(new Request(url, init));
  await response.arrayBuffer();
  return { status: response.status, ...Object.fromEntries(response.headers) };
}

describe('stored content', () => {
  test.each(objects)('%s is a download with a fixed type', async (key, type) => {
    const url = await store(key);
    const whole = await headersOf(url);
    expect(whole).toMatchObject({ status: 200, 'content-type': type, ...inert });
    for (const restored of ['content-language', 'content-encoding', 'cache-control'])
      expect(whole).not.toHaveProperty(restored);
    expect(await headersOf(url, { headers: { range: 'bytes=0-3' } })).toMatchObject({
      status: 206,
      'content-type': type,
      ...inert,
    });
    const unchanged = await headersOf(url, { headers: { 'if-none-match': String(whole.etag) } });
    expect(unchanged).toMatchObject({ status: 304, ...inert });
    for (const restored of ['content-language', 'content-encoding', 'cache-control'])
      expect(unchanged).not.toHaveProperty(restored);
  });

  test.each([
    ['a wrong signature', 403, (url: string) => `${url}0`, {}],
    ['another bucket', 404, (url: string) => url.replace('slipway-archives', 'other-bucket'), {}],
    ['a range beyond the end', 416, (url: string) => url, { range: 'bytes=1000-' }],
    ['another ETag', 412, (url: string) => url, { 'if-match': '"other"' }],
  ])("an error can't be opened as a page: %s", async (_what, status, change, headers) => {
    const url = change(await store(uploadKey(deps.ids('upload'))));
    expect(await headersOf(url, { headers })).toMatchObject({ status, 'content-type': 'application/xml', ...inert });
  });

  test.each(['text/html', 'image/svg+xml', 'application/xhtml+xml', 'text/xml', 'text/javascript'])(
    'the type announced by an upload is not kept: %s',
    async (type) => {
      const { presigned_url, upload_id } = await openUpload(org, { name: 'typed_ext' });
      const headers = {
        'content-type': type,
        'content-length': String(script.length),
        'content-disposition': 'inline',
      };
      const sent = await fetch(new Request(presigned_url, { method: 'PUT', body: bytesOf(script), headers }));
      expect(sent.status).toBe(200);
      expect((await deps.blobs.head(uploadKey(upload_id)))?.httpMetadata).toEqual({
        contentType: 'application/octet-stream',
      });
    },
  );
});

describe('a presigned GET', () => {
  test.each(objects)('a presigned GET for %s signs its type and disposition', async (key, type) => {
    const query = new URL(await store(key)).searchParams;
    expect(query.get('response-content-type')).toBe(type);
    expect(query.get('response-content-disposition')).toBe('attachment');
  });

  test.each([
    ['type', 'response-content-type=application%2Foctet-stream', 'response-content-type=text%2Fhtml'],
    ['disposition', 'response-content-disposition=attachment', 'response-content-disposition=inline'],
  ])('a presigned GET is rejected if its %s is changed', async (_what, signed, wanted) => {
    const url = await store(uploadKey(deps.ids('upload')));
    expect(url).toContain(signed);
    expect(await headersOf(url.replace(signed, wanted))).toMatchObject({ status: 403 });
  });

  test('a presigned PUT signs no type, so clients may send any', async () => {
    const url = await presign(deps.storage, { method: 'PUT', key: uploadKey(upload), expiresInSeconds: 60 });
    expect(new URL(url).searchParams.has('response-content-type')).toBe(false);
  });
});

test('API responses are not pages', async () => {
  for (const path of ['/v1/session', '/v1/namespaces', '/healthz', '/unknown'])
    expect(
      await headersOf(`http://slipway.test${path}`, { headers: { authorization: `Bearer ${org.key}` } }),
    ).toMatchObject({
      'content-security-policy': inert['content-security-policy'],
      'x-content-type-options': 'nosniff',
    });
});
