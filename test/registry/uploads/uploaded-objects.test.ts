// Tests that the sweep reserves the size of uploaded objects, however little was announced, and deletes objects over the quota.
import { expect, test } from 'vitest';
import { storeSweeps } from '../../../src/db/schema/registry.ts';
import { collect } from '../../../src/registry/storage/collector.ts';
import { uploadedObjects } from '../../../src/registry/uploads/uploaded-objects.ts';
import { clientOf } from '../../support/client.ts';
import { testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { confirm, openUpload, putArchive } from '../../support/plugins/publish.ts';
import { adminAuthorization, type Organization, organization } from '../../support/scenes/organization.ts';

const operator = clientOf(adminAuthorization);
const kib = 1024;

async function limited(storedBytes: number): Promise<Organization> {
  const org = await organization();
  await operator.patch(`/v1/admin/organizations/${org.id}/quotas`, { stored_bytes: storedBytes });
  return org;
}

async function usedBytes({ id }: Organization): Promise<number> {
  return Object((await operator.get(`/v1/admin/organizations/${id}`)).body).quotas.stored_bytes.used;
}

/** Sweeps the whole folder once, wherever an earlier sweep stopped. */
async function swept() {
  const { deps } = testApp();
  const isEmpty = async () => (await deps.db.select().from(storeSweeps).limit(1))[0]?.lastKey == null;
  do await collect(deps, uploadedObjects);
  while (!(await isEmpty()));
  return async (key: string) => (await deps.blobs.head(key)) !== null;
}

test("155 uploads that announce one byte each store no more than the organization's quota", {
  tags: 'long',
}, async () => {
  const org = await limited(10 * kib + 200);
  const opened = [];
  for (let from = 0; from < 155; from += 31) {
    const many = Array.from({ length: 31 }, () => openUpload(org, { name: 'tiny_ext', file_size_bytes: 1 }));
    opened.push(...(await Promise.all(many)));
  }
  await Promise.all(opened.map((upload) => putArchive(upload, new Uint8Array(kib))));
  const has = await swept();
  const kept = await Promise.all(opened.map(({ upload_id }) => has(`uploads/${upload_id}`)));
  expect(kept.filter((isKept) => isKept)).toHaveLength(10);
  expect(await usedBytes(org)).toBe(10 * kib + 145);
  const answer = await org.post(`${org.plugins}/uploads`, { name: 'more_ext', file_size_bytes: 100 });
  expect(answer.status).toBe(403);
});

test('an upload without an announced size counts toward the storage quota', async () => {
  const org = await limited(10 * kib);
  const upload = await openUpload(org, { name: 'silent_ext' });
  await putArchive(upload, new Uint8Array(kib));
  expect(await usedBytes(org)).toBe(0);
  await swept();
  expect(await usedBytes(org)).toBe(kib);
});

test.each([0, kib])(
  'an archive that leaves %d bytes in the quota is confirmed as before, with the announced size',
  async (left) => {
    const { zip } = plugin({ name: 'larger_ext' });
    const org = await limited(zip.length + left);
    const upload = await openUpload(org, { name: 'larger_ext', version: '1.0.0', file_size_bytes: 5 });
    await putArchive(upload, zip);
    const has = await swept();
    expect([await has(`uploads/${upload.upload_id}`), await usedBytes(org)]).toEqual([true, zip.length]);
    expect((await confirm(org, upload)).body).toMatchObject({
      success: true,
      warnings: [{ rule: 'SLU101', message: `Size differs: announced 5 bytes, received ${zip.length}` }],
    });
    expect(await usedBytes(org)).toBe(zip.length);
  },
);

test('an archive over the quota is deleted, and its upload stays open', async () => {
  const org = await limited(2 * kib);
  const { zip } = plugin({ name: 'homeless_ext' });
  const upload = await openUpload(org, { name: 'homeless_ext', version: '1.0.0', file_size_bytes: 5 });
  await putArchive(upload, new Uint8Array(3 * kib));
  const has = await swept();
  expect(await has(`uploads/${upload.upload_id}`)).toBe(false);
  expect((await confirm(org, upload)).status).toBe(404);
  await putArchive(upload, zip);
  expect((await confirm(org, upload)).status).toBe(200);
});

test('an object uploaded after the verdict is deleted', async () => {
  const org = await limited(100 * kib);
  const { zip } = plugin({ name: 'late_ext' });
  const upload = await openUpload(org, { name: 'late_ext', version: '1.0.0', file_size_bytes: zip.length });
  await putArchive(upload, zip);
  expect((await confirm(org, upload)).status).toBe(200);
  await putArchive(upload, new Uint8Array(kib));
  const has = await swept();
  expect(await has(`uploads/${upload.upload_id}`)).toBe(false);
});
