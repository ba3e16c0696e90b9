// Tests how uploads expire, and how their objects are deleted over time (D15, D16).
import { describe, expect, test } from 'vitest';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, publish, putArchive } from '../../support/plugins/publish.ts';
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
