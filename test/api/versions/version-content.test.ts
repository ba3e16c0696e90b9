// Tests a published version's content over HTTP: its source and its archive (mixpeek §5 rows 5, 15 and 16, §6).
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { sha256Hex } from '../../../src/core/digest.ts';
import { archiveKey } from '../../../src/registry/storage/archives.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';

const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function publisher(): Promise<Organization> {
  const org = await organization();
  await publish(org, plugin({ files: { 'processors/core.py': 'NUMBER = 1\n' } }));
  return org;
}

test("a version's source has every field of each file", async () => {
  const org = await organization();
  const made = plugin({ files: { 'weights.bin': new Uint8Array([0, 255]) } });
  await publish(org, made);
  const { status, body, headers } = await org.get(`${org.plugins}/hello_ext_1_0_0/source`);
  const fileWire = async (
    path: string,
    encoding: string,
    content: string,
    bytes: string | Uint8Array<ArrayBuffer> = content,
  ) => {
    const sha256 = await sha256Hex(bytes);
    return { path, size_bytes: bytes.length, sha256, encoding, content, truncated: false };
  };
  expect([status, headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(body).toEqual({
    success: true,
    plugin_id: 'hello_ext_1_0_0',
    name: 'hello_ext',
    version: '1.0.0',
    code_hash: await sha256Hex(made.zip),
    total: 3,
    truncated: false,
    files: [
      await fileWire('manifest.py', 'utf-8', String(made.files['manifest.py'])),
      await fileWire('pipeline.py', 'utf-8', String(made.files['pipeline.py'])),
      await fileWire('weights.bin', 'base64', 'AP8=', new Uint8Array([0, 255])),
    ],
  });
});

test("a version's source can be read one file at a time", async () => {
  const org = await publisher();
  const { body } = await org.get(`${org.plugins}/hello_ext_1_0_0/source?path=processors/core.py`);
  expect(body).toMatchObject({ total: 1, files: [{ path: 'processors/core.py', content: 'NUMBER = 1\n' }] });
});

test("a version's download is a URL that needs no key and returns the stored bytes", async () => {
  const org = await organization();
  const made = plugin();
  await publish(org, made);
  const { status, body } = await org.get(`${org.plugins}/hello_ext_1_0_0/download`);
  const { download_url } = Object(body);
  expect({ status, body }).toEqual({
    status: 200,
    body: {
      success: true,
      plugin_id: 'hello_ext_1_0_0',
      name: 'hello_ext',
      version: '1.0.0',
      download_url: expect.stringMatching(/^http:\/\/slipway\.test\/_s3\/.*X-Amz-Expires=3600/),
      presigned_download_url: download_url,
      expires_at: time,
      file_size_bytes: made.zip.length,
      code_hash: await sha256Hex(made.zip),
    },
  });
  const stored = await org.fetch(new Request(download_url));
  const bytes = new Uint8Array(await stored.arrayBuffer());
  expect(await sha256Hex(bytes)).toBe(await sha256Hex(made.zip));
  expect(Object.keys(unzipSync(bytes)).sort()).toEqual(['manifest.py', 'pipeline.py']);
});

test.each([
  ['', null],
  ['?return_presigned_urls=false', null],
  ['?return_presigned_urls=true', expect.stringMatching(/X-Amz-Signature=[0-9a-f]{64}/)],
])(
  'the version at …/hello_ext_1_0_0%s has a presigned download URL only on request',
  async (query, presigned_download_url) => {
    const org = await publisher();
    expect((await org.get(`${org.plugins}/hello_ext_1_0_0${query}`)).body).toMatchObject({ presigned_download_url });
  },
);

test('a flag that is neither true nor false is rejected', async () => {
  const org = await publisher();
  expect(await org.get(`${org.plugins}/hello_ext_1_0_0?return_presigned_urls=1`)).toMatchObject({
    status: 422,
    body: { detail: [{ loc: ['query', 'return_presigned_urls'] }] },
  });
});

test.each(['source', 'download'])('%s of a missing version is not found', async (what) => {
  const org = await publisher();
  expect((await org.get(`${org.plugins}/hello_ext_9_9_9/${what}`)).status).toBe(404);
});

test('organization plugins return the same content', async () => {
  const org = await organization();
  await publish({ ...org, plugins: '/v1/plugins' }, plugin());
  expect((await org.get('/v1/plugins/hello_ext_1_0_0/source')).body).toMatchObject({ total: 2 });
  expect((await org.get('/v1/plugins/hello_ext_1_0_0/download')).status).toBe(200);
});

test("a version's scan is unavailable in any other format", async () => {
  const org = await organization();
  expect(await org.get(`${org.plugins}/hello_ext_1_0_0/scan?format=xml`)).toMatchObject({
    status: 422,
    body: { detail: [{ loc: ['query', 'format'] }] },
  });
});

test('the source of a version whose archive is damaged is a problem that names the damaged file, also after the first one', async () => {
  const org = await organization();
  const text = 'the words of a note ';
  const { zip } = await publishedWith(org, { 'notes.txt': text.repeat(4) });
  const { blobs } = testApp().deps;
  const key = archiveKey(await sha256Hex(zip));
  await blobs.put(key, flipped(zip, 'notes.txt'));
  const { status, body } = await org.get(`${org.plugins}/hello_ext_1_0_0/source`);
  expect([status, JSON.stringify(body)]).toEqual([
    500,
    expect.stringMatching(/Stored content is damaged\. stored archive: notes\.txt: .*restore it from a backup/),
  ]);
  await blobs.delete(key);
  const missing = await org.get(`${org.plugins}/hello_ext_1_0_0/source`);
  expect([missing.status, JSON.stringify(missing.body)]).toEqual([
    500,
    expect.stringContaining('could not read bytes'),
  ]);
});

async function publishedWith(
  org: Organization,
  files: Record<string, string>,
): Promise<{ zip: Uint8Array<ArrayBuffer> }> {
  const made = plugin({ files });
  await publish(org, made);
  return made;
}

/** Flips a bit in the middle of what the zip stores of a file. */
function flipped(zip: Uint8Array<ArrayBuffer>, name: string): Uint8Array<ArrayBuffer> {
  const at = new TextDecoder('latin1').decode(zip).indexOf(name) + name.length + 4;
  return zip.map((byte, n) => (n === at ? byte ^ 1 : byte));
}
