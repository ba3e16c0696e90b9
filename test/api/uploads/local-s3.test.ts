// Tests the local S3 replacement (D28), which has the same signatures, errors and headers for S3 clients.
import { describe, expect, test } from 'vitest';
import { uploadBytesMax } from '../../../src/contract/limits/archives.ts';
import { presign } from '../../../src/registry/storage/presign.ts';
import { bytesOf, joined } from '../../support/bytes.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { openUpload } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';

const start = Date.parse('2026-11-20T12:00:00Z');
const clock = clockAt(start);
const { deps, fetch } = testApp({ clock });
const org = await organization({ fetch });
const content = joined([bytesOf('0123456789')]);

const put = (url: string, body: Uint8Array<ArrayBuffer> = content, headers: Record<string, string> = {}) =>
  fetch(new Request(url, { method: 'PUT', body, headers: { 'content-length': String(body.length), ...headers } }));

/** Decodes the body without workerd's warning that a zip isn't text. */
async function textOf(response: { arrayBuffer(): Promise<ArrayBuffer> }): Promise<string> {
  return new TextDecoder().decode(await response.arrayBuffer());
}

async function resultOf(response: Response): Promise<{ status: number; code: string | undefined }> {
  const { status } = response;
  return { status, code: /<Code>(.*)<\/Code>/.exec(await textOf(response))?.[1] };
}

/** Stores an object and returns its read URL. */
async function stored(key: string): Promise<string> {
  await deps.blobs.put(key, content);
  return presign(deps.storage, { method: 'GET', key, expiresInSeconds: 60, signedAt: clock.now() });
}

describe('a presigned PUT', () => {
  test('a presigned PUT stores the bytes, and returns their ETag in quotes', async () => {
    const { presigned_url, upload_id } = await openUpload(org, { name: 'stored_ext' });
    const response = await put(presigned_url, content, { 'content-type': 'application/zip' });
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('');
    const object = await deps.blobs.get(`uploads/${upload_id}`);
    expect(response.headers.get('etag')).toBe(`"${object?.etag}"`);
    expect(await object?.text()).toBe('0123456789');
  });

  test('a presigned PUT can be repeated until it expires', async () => {
    const { presigned_url, upload_id } = await openUpload(org, { name: 'again_ext' });
    await put(presigned_url);
    expect((await put(presigned_url, joined([bytesOf('later')]))).status).toBe(200);
    expect(await (await deps.blobs.get(`uploads/${upload_id}`))?.text()).toBe('later');
  });

  test.each([
    [
      'the signature',
      (url: string) => url.replace(/Signature=./, (sign) => (sign.endsWith('0') ? 'Signature=1' : 'Signature=0')),
      403,
      'SignatureDoesNotMatch',
    ],
    ['the signature, omitted', (url: string) => url.replace(/&X-Amz-Signature=\w+/, ''), 403, 'AccessDenied'],
    ['the key', (url: string) => url.replace('uploads/plu_', 'uploads/plu_x'), 403, 'SignatureDoesNotMatch'],
    ['the key, leaving the bucket', (url: string) => url.replace('uploads/', '..%2f'), 403, 'SignatureDoesNotMatch'],
    [
      'the key, to one that is badly escaped',
      (url: string) => url.replace('uploads/', 'uploads/%zz'),
      403,
      'SignatureDoesNotMatch',
    ],
    ['the bucket', (url: string) => url.replace('slipway-archives', 'other-bucket'), 404, 'NoSuchBucket'],
    ['the lifetime', (url: string) => url.replace('Expires=3600', 'Expires=7200'), 403, 'SignatureDoesNotMatch'],
    [
      'the lifetime, beyond the maximum',
      (url: string) => url.replace('Expires=3600', 'Expires=604801'),
      403,
      'AccessDenied',
    ],
    ['the date', (url: string) => url.replace(/Date=(\d+T)120000Z/, 'Date=$1120001Z'), 403, 'SignatureDoesNotMatch'],
    ['the date, to an invalid one', (url: string) => url.replace(/Date=\w+/, 'Date=today'), 403, 'AccessDenied'],
    [
      'the date, to more than the clocks may differ',
      (url: string) => url.replace(/Date=(\d+T)120000Z/, 'Date=$1121501Z'),
      403,
      'ExpiredToken',
    ],
    [
      'the date, to as much as the clocks may differ',
      (url: string) => url.replace(/Date=(\d+T)120000Z/, 'Date=$1121500Z'),
      403,
      'SignatureDoesNotMatch',
    ],
    ['the date, to the far future', (url: string) => url.replace(/Date=2026/, 'Date=2027'), 403, 'ExpiredToken'],
    [
      'the headers it signs',
      (url: string) => url.replace('SignedHeaders=host', 'SignedHeaders=host%3Bx-none'),
      403,
      'SignatureDoesNotMatch',
    ],
    [
      'the credential',
      (url: string) => url.replace('Credential=local', 'Credential=other'),
      403,
      'SignatureDoesNotMatch',
    ],
    ['an additional parameter', (url: string) => `${url}&versionId=1`, 403, 'SignatureDoesNotMatch'],
    ['the whole query', (url: string) => url.slice(0, url.indexOf('?')), 403, 'AccessDenied'],
  ])('a presigned PUT is rejected if its URL was changed: %s', async (_what, change, status, code) => {
    const { presigned_url } = await openUpload(org, { name: 'tampered_ext' });
    const changed = change(presigned_url);
    expect(changed).not.toBe(presigned_url);
    expect(await resultOf(await put(changed))).toEqual({ status, code });
    expect((await put(presigned_url)).status).toBe(200);
  });

  test('a presigned PUT is rejected for another method', async () => {
    const { presigned_url } = await openUpload(org, { name: 'method_ext' });
    await put(presigned_url);
    expect(await resultOf(await fetch(new Request(presigned_url)))).toEqual({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
  });

  test.each([9, 11])('a presigned PUT stores %d bytes, although 10 were announced', async (length) => {
    const { presigned_url, upload_id } = await openUpload(org, { name: 'announced_ext', file_size_bytes: 10 });
    expect((await put(presigned_url, new Uint8Array(length))).status).toBe(200);
    expect((await deps.blobs.head(`uploads/${upload_id}`))?.size).toBe(length);
  });

  test('a presigned PUT is rejected if the object is too large to publish, with both sizes', async () => {
    const { presigned_url, upload_id } = await openUpload(org, { name: 'large_ext' });
    const length = String(uploadBytesMax + 1);
    const response = await put(presigned_url, content, { 'content-length': length });
    expect(response.status).toBe(413);
    expect(await textOf(response)).toBe(
      `<?xml version="1.0" encoding="UTF-8"?><Error><Code>EntityTooLarge</Code><Message>The object has ${length} bytes, and at most ${uploadBytesMax} are allowed. Upload a smaller file.</Message><ProposedSize>${length}</ProposedSize><MaxSizeAllowed>${uploadBytesMax}</MaxSizeAllowed></Error>`,
    );
    expect(await deps.blobs.head(`uploads/${upload_id}`)).toBeNull();
  });

  test('a presigned PUT explains the fix when it is rejected', async () => {
    const { presigned_url } = await openUpload(org, { name: 'explained_ext' });
    expect(await textOf(await put(`${presigned_url}0`))).toContain(
      '<Code>SignatureDoesNotMatch</Code><Message>The URL, the method or the size differs from what was signed. Use the presigned URL unchanged, and send exactly the announced number of bytes.</Message>',
    );
  });

  test('a presigned PUT without a length is rejected', async () => {
    const { presigned_url } = await openUpload(org, { name: 'streamed_ext' });
    const body = new Response(content).body;
    expect(await resultOf(await fetch(new Request(presigned_url, { method: 'PUT', body })))).toEqual({
      status: 411,
      code: 'MissingContentLength',
    });
  });

  test('a presigned PUT works until it expires', async () => {
    const { presigned_url } = await openUpload(org, { name: 'lived_ext', presigned_url_expiration: 60 });
    clock.advance(60_000);
    expect((await put(presigned_url)).status).toBe(200);
    clock.advance(1);
    expect(await resultOf(await put(presigned_url))).toEqual({ status: 403, code: 'ExpiredToken' });
  });
});

describe('a presigned GET', () => {
  test('a presigned GET returns the bytes with all headers', async () => {
    const url = await stored('reads/whole');
    const response = await fetch(new Request(url));
    expect(await textOf(response)).toBe('0123456789');
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      etag: '"781e5e245d69b566979b86e28d23f2c7"',
      'content-length': '10',
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      'last-modified': expect.stringMatching(/ GMT$/),
    });
  });

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=4-4', '4', 'bytes 4-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=7-100', '789', 'bytes 7-9/10'],
    ['bytes=-4', '6789', 'bytes 6-9/10'],
    ['bytes=-100', '0123456789', 'bytes 0-9/10'],
  ])('a presigned GET returns the range %s', async (range, text, contentRange) => {
    const response = await fetch(new Request(await stored('reads/range'), { headers: { range } }));
    expect(await textOf(response)).toBe(text);
    expect({ status: response.status, ...Object.fromEntries(response.headers) }).toMatchObject({
      status: 206,
      'content-range': contentRange,
      'content-length': String(text.length),
    });
  });

  test('a presigned GET rejects a range beyond the end', async () => {
    const response = await fetch(new Request(await stored('reads/beyond'), { headers: { range: 'bytes=10-' } }));
    expect(await resultOf(response)).toEqual({ status: 416, code: 'InvalidRange' });
    expect(response.headers.get('content-range')).toBe('bytes */10');
  });

  test.each(['pages=1', 'bytes=x', 'bytes=5-2', 'bytes=0-1,4-5'])(
    'a presigned GET returns the whole object for an invalid range: %s',
    async (range) => {
      const response = await fetch(new Request(await stored('reads/ignored'), { headers: { range } }));
      expect({ status: response.status, text: await textOf(response) }).toEqual({ status: 200, text: '0123456789' });
    },
  );

  test.each([
    ['if-none-match', '"781e5e245d69b566979b86e28d23f2c7"', 304, ''],
    ['if-none-match', '"other"', 200, '0123456789'],
    ['if-match', '"781e5e245d69b566979b86e28d23f2c7"', 200, '0123456789'],
  ])('a presigned GET respects %s: %s', async (name, value, status, text) => {
    const response = await fetch(new Request(await stored('reads/conditional'), { headers: { [name]: value } }));
    expect({ status: response.status, text: await textOf(response) }).toEqual({ status, text });
    expect(response.headers.get('etag')).toBe('"781e5e245d69b566979b86e28d23f2c7"');
  });

  test('a presigned GET fails if If-Match names another ETag', async () => {
    const response = await fetch(new Request(await stored('reads/other'), { headers: { 'if-match': '"other"' } }));
    expect(await resultOf(response)).toEqual({ status: 412, code: 'PreconditionFailed' });
  });

  test('a presigned GET for a missing object is not found', async () => {
    const url = await presign(deps.storage, {
      method: 'GET',
      key: 'reads/none',
      expiresInSeconds: 60,
      signedAt: clock.now(),
    });
    expect(await resultOf(await fetch(new Request(url)))).toEqual({ status: 404, code: 'NoSuchKey' });
  });

  test('a presigned GET works for keys that need escaping', async () => {
    const url = await stored("reads/a b+c%'(ü)/d");
    expect(await textOf(await fetch(new Request(url)))).toBe('0123456789');
  });
});

describe('browsers', () => {
  const cors = {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, HEAD, PUT',
    'access-control-allow-headers': '*',
    'access-control-expose-headers': 'etag, content-length, content-range',
  };

  test('browsers can send preflight requests', async () => {
    const { presigned_url } = await openUpload(org, { name: 'browser_ext' });
    const headers = { origin: 'https://console.example.com', 'access-control-request-method': 'PUT' };
    const response = await fetch(new Request(presigned_url, { method: 'OPTIONS', headers }));
    expect({ status: response.status, ...Object.fromEntries(response.headers) }).toMatchObject({
      status: 204,
      ...cors,
    });
  });

  test('browsers can read the response, including errors', async () => {
    const { presigned_url } = await openUpload(org, { name: 'browser_ext' });
    for (const response of [await put(presigned_url), await put(`${presigned_url}0`)])
      expect(Object.fromEntries(response.headers)).toMatchObject(cors);
  });
});

test('local S3 paths are not found if the store is R2', async () => {
  const { presigned_url } = await openUpload(org, { name: 'mounted_ext' });
  const elsewhere = testApp({ clock, storage: { ...deps.storage, local: false } });
  for (const method of ['PUT', 'GET', 'OPTIONS']) {
    const response = await elsewhere.fetch(
      new Request(presigned_url, { method, ...(method === 'PUT' ? { body: content } : {}) }),
    );
    expect(response.status).toBe(404);
  }
});
