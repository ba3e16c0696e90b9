// Tests how uploads expire, and how their objects are deleted over time (D15, D16).
import { describe, expect, test } from 'vitest';
import { uploadLimits } from '../../../src/contract/limits/uploads.ts';
import { archiveKey, indexKey } from '../../../src/registry/storage/archives.ts';
import { sweep } from '../../../src/sweep.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive } from '../../support/plugins/publish.ts';
import { organization } from '../../support/scenes/organization.ts';
import { clockedOrganization, hour, minute, second } from './expiring.ts';

describe('an upload without an object', () => {
  test('an upload without an object accepts an object until its URL expires', async () => {
    const { clock, org } = await clockedOrganization();
    const upload = await openUpload(org, minute);
    clock.advance(60 * second);
    const { status, body } = await confirm(org, upload);
    expect({ status, body }).toMatchObject({ status: 404, body: { error: { details: { resource: 'object' } } } });
  });

  test('an upload without an object expires with its URL, and every confirm says so', async () => {
    const { clock, org } = await clockedOrganization();
    const upload = await openUpload(org, minute);
    clock.advance(60 * second + 1);
    const detail = `Upload ${upload.upload_id} has expired`;
    for (let i = 0; i < 2; i++) {
      const { status, body } = await confirm(org, upload);
      expect({ status, body }).toMatchObject({
        status: 400,
        body: { error: { type: 'UploadExpiredError', details: { resource: 'upload', id: upload.upload_id } }, detail },
      });
    }
  });
});

describe('an upload whose object arrived in time', () => {
  test('an upload whose object arrived in time can be confirmed for a day', async () => {
    const { clock, org } = await clockedOrganization();
    const upload = await openUpload(org, minute);
    await putArchive(upload, plugin().zip, org.fetch);
    clock.advance(60 * second + 24 * hour);
    expect((await confirm(org, upload)).status).toBe(200);
  });

  test('an upload whose object arrived in time expires after a day', async () => {
    const { clock, org } = await clockedOrganization();
    const upload = await openUpload(org, minute);
    await putArchive(upload, plugin().zip, org.fetch);
    clock.advance(60 * second + 24 * hour + 1);
    const { status, body } = await confirm(org, upload);
    expect({ status, body }).toMatchObject({ status: 400, body: { error: { type: 'UploadExpiredError' } } });
  });

  test('a published upload keeps its verdict', async () => {
    const { clock, org } = await clockedOrganization();
    const upload = await publish(org, plugin());
    const first = await confirm(org, upload);
    clock.advance(1000 * hour);
    expect((await confirm(org, upload)).text).toBe(first.text);
  });
});

test("an expired upload's version is free again", async () => {
  const { clock, org } = await clockedOrganization();
  await openUpload(org, { name: 'hello_ext', presigned_url_expiration: 60 });
  clock.advance(60 * second + 1);
  expect((await openUpload(org, { name: 'hello_ext' })).version).toBe('1.0.0');
});

describe('the sweep', () => {
  test("the sweep releases a deleted version's archive a day later, unless another version has the same content", async () => {
    const { clock, deps, org } = await clockedOrganization();
    const other = await organization({ fetch: org.fetch });
    const shared = plugin({ files: { 'notes.txt': 'of two organizations' } });
    const alone = plugin({ name: 'alone_ext', files: { 'notes.txt': 'of one' } });
    for (const archive of [shared, alone]) await publish(org, archive);
    await publish(other, shared);
    const hashOf = async (id: string): Promise<string> =>
      Object((await org.get(`${org.plugins}/${id}`)).body).plugin.code_hash;
    const hashes = [await hashOf('hello_ext_1_0_0'), await hashOf('alone_ext_1_0_0')];
    for (const id of ['hello_ext_1_0_0', 'alone_ext_1_0_0']) await org.del(`${org.plugins}/${id}`);
    const stored = () =>
      Promise.all(
        hashes.map(async (sha256) => {
          const objects = await Promise.all([archiveKey(sha256), indexKey(sha256)].map((key) => deps.blobs.head(key)));
          return objects.map((object) => object !== null);
        }),
      );
    const [both, none] = [
      [true, true],
      [false, false],
    ];
    clock.advance(24 * hour);
    await sweep(deps);
    expect(await stored()).toEqual([both, both]);
    clock.advance(1);
    await sweep(deps);
    expect(await stored()).toEqual([both, none]);
    await other.del(`${other.plugins}/hello_ext_1_0_0`);
    clock.advance(24 * hour + 1);
    await sweep(deps);
    expect(await stored()).toEqual([none, none]);
    clock.advance(uploadLimits.releaseClockSkewMs);
    await publish(org, shared);
    expect(await stored()).toEqual([both, none]);
  });
});
