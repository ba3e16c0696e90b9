// Tests upload messages that arrive twice, late, or when there is nothing left to do (invariant 1).
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import type { UploadId } from '../../../src/core/ids.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { requestUpload } from '../../../src/registry/uploads/request-upload.ts';
import { claimUpload, uploadKey } from '../../../src/registry/uploads/uploads.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { type Scene, scene } from '../../support/scenes/scene.ts';

async function openUpload({ deps, actor, namespaceId }: Scene) {
  const version = { major: 2, minor: 0, patch: 0 };
  const request = { name: 'hello_ext', version, description: null, sizeBytes: null, expiresInSeconds: 3600 };
  const { upload } = await requestUpload(deps, actor, namespaceId, request);
  await deps.blobs.put(uploadKey(upload.id), plugin({ version: '2.0.0' }).zip);
  return upload;
}

async function rowOf({ deps }: Scene, id: UploadId) {
  const [row] = await deps.db.select().from(uploads).where(eq(uploads.id, id));
  return row;
}

test('a late message does not publish an unconfirmed upload', async () => {
  const s = await scene();
  const { id } = await openUpload(s);
  await advanceUpload(s.deps, id);
  expect((await rowOf(s, id))?.status).toBe('open');
});

test('a scan that fails to run is retried by the next message, and never counts as clean', async () => {
  const s = await scene();
  const { id } = await openUpload(s);
  const scope = { ownerId: s.namespaceId, organizationId: s.actor.organizationId, actor: s.actor.ref };
  await claimUpload(s.deps, id, scope, { etag: null, sizeBytes: null, message: null });
  s.clock.advance(60_000);
  const broken = { ...s.deps.parsers, python: async () => Promise.reject(new Error('no grammar')) };
  await expect(advanceUpload({ ...s.deps, parsers: broken }, id)).rejects.toThrow('no grammar');
  expect(await rowOf(s, id)).toMatchObject({ status: 'confirming', leaseUntil: null });
  await advanceUpload(s.deps, id);
  expect((await rowOf(s, id))?.status).toBe('accepted');
});
