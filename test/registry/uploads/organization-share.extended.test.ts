// Tests the limit on an organization's concurrent uploads in the queue, which leaves workers for other organizations.
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { uploadLimits } from '../../../src/contract/limits/uploads.ts';
import type { UploadId } from '../../../src/core/ids.ts';
import { uploads } from '../../../src/db/schema/registry.ts';
import { advanceUpload } from '../../../src/pipeline.ts';
import { requestUpload } from '../../../src/registry/uploads/request-upload.ts';
import { sweepUploads } from '../../../src/registry/uploads/upload-sweep.ts';
import { claimUpload, requeueUpload, uploadKey } from '../../../src/registry/uploads/uploads.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { type Scene, scene } from '../../support/scenes/scene.ts';

const atOnce = uploadLimits.perOrganizationAtOnce;
const confirmation = { etag: null, sizeBytes: null, message: null };

/** Returns a confirmed upload that its request handed to the queue. */
async function enqueued(s: Scene, patch: number): Promise<UploadId> {
  const version = { major: 2, minor: 0, patch };
  const request = { name: 'hello_ext', version, description: null, sizeBytes: null, expiresInSeconds: 3600 };
  const { upload } = await requestUpload(s.deps, s.actor, s.namespaceId, request);
  await s.deps.blobs.put(uploadKey(upload.id), plugin({ version: `2.0.${patch}` }).zip);
  const scope = { ownerId: s.namespaceId, organizationId: s.actor.organizationId, actor: s.actor.ref };
  const { claim } = await claimUpload(s.deps, upload.id, scope, confirmation);
  if (!claim) throw new Error('a confirmation does not wait');
  await requeueUpload(s.deps, claim);
  return upload.id;
}

async function enqueuedMany(s: Scene, count: number): Promise<UploadId[]> {
  const made: UploadId[] = [];
  for (let patch = 0; patch < count; patch++) made.push(await enqueued(s, patch));
  return made;
}

function at(ids: UploadId[], index: number): UploadId {
  const id = ids[index];
  if (!id) throw new Error('there are too few uploads');
  return id;
}

async function rowOf({ deps }: Scene, id: UploadId) {
  const [row] = await deps.db.select().from(uploads).where(eq(uploads.id, id));
  return row;
}

function timesSent({ sent }: Scene, id: string): number {
  return sent.filter((message) => message.type === 'advance-upload' && message.id === id).length;
}

test('an organization at its limit waits without using up attempts, and other organizations do not wait', async () => {
  const s = await scene();
  const all = await enqueuedMany(s, atOnce + 1);
  for (const id of all.slice(0, atOnce)) expect((await claimUpload(s.deps, id, 'any')).claim).toBeDefined();
  const waiting = at(all, atOnce);
  await advanceUpload(s.deps, waiting);
  expect(await rowOf(s, waiting)).toMatchObject({ status: 'confirming', attempts: 0, leaseToken: null });

  const other = await scene();
  const id = await enqueued(other, 0);
  await advanceUpload(other.deps, id);
  expect(await rowOf(other, id)).toMatchObject({ status: 'accepted' });
});

test('the upload that has waited longest is sent when another upload ends', async () => {
  const s = await scene();
  const all = await enqueuedMany(s, atOnce + 2);
  for (const id of all.slice(1, atOnce)) await claimUpload(s.deps, id, 'any');
  const waiting = at(all, atOnce);
  await advanceUpload(s.deps, at(all, 0));
  expect([timesSent(s, waiting), timesSent(s, at(all, atOnce + 1))]).toEqual([2, 1]);
  await advanceUpload(s.deps, waiting);
  expect(await rowOf(s, waiting)).toMatchObject({ status: 'accepted' });
});

test('a failed upload waits for its own retry, and is not sent when another upload ends', async () => {
  const s = await scene();
  const all = await enqueuedMany(s, 2);
  const broken = { ...s.deps.parsers, python: async () => Promise.reject(new Error('no grammar')) };
  await expect(advanceUpload({ ...s.deps, parsers: broken }, at(all, 0))).rejects.toThrow('no grammar');
  await advanceUpload(s.deps, at(all, 1));
  expect(timesSent(s, at(all, 0))).toBe(1);
});

test("the sweep sends some of each organization's uploads, not only the oldest ones", async () => {
  const s = await scene();
  const all = await enqueuedMany(s, atOnce + 2);
  const other = await scene();
  const id = await enqueued(other, 0);
  const later = { now: () => Math.max(s.clock.now(), other.clock.now()) + 60_000 };
  const before = new Map([...all, id].map((one) => [one, timesSent(s, one)]));
  await sweepUploads({ ...s.deps, clock: later });
  const sentNow = [...all, id].filter((one) => timesSent(s, one) > (before.get(one) ?? 0));
  expect(sentNow).toEqual([...all.slice(0, atOnce), id]);
});
