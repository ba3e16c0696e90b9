// Tests releasing archives a day after their last version is deleted, and never while an upload relies on them.
import { expect, test } from 'vitest';
import { advanceUpload } from '../../../src/pipeline.ts';
import { archiveKey } from '../../../src/registry/storage/archives.ts';
import { sweepArchives } from '../../../src/registry/storage/released-archives.ts';
import { deleteVersion } from '../../../src/retirement/removal.ts';
import { publishVersion, type Scene, scene } from '../../support/scenes/scene.ts';
import { waitFor } from '../../support/waiting.ts';

const dayMs = 24 * 3600 * 1000;

async function deletedADayAgo(): Promise<Scene> {
  const s = await scene({ files: { 'README.md': crypto.randomUUID() } });
  await deleteVersion(s.deps, s.actor, s.namespaceId, 'hello_ext_1_0_0');
  return s;
}

async function isStored({ deps, version }: Scene): Promise<boolean> {
  return (await deps.blobs.head(archiveKey(version.sha256))) !== null;
}

test('a deleted version keeps its archive for a day', async () => {
  const s = await deletedADayAgo();
  s.clock.advance(dayMs);
  await sweepArchives(s.deps);
  expect(await isStored(s)).toBe(true);
  s.clock.advance(1);
  await sweepArchives(s.deps);
  expect(await isStored(s)).toBe(false);
});

test('an archive shared by another version is retained', async () => {
  const readme = crypto.randomUUID();
  const s = await scene({ files: { 'README.md': readme } });
  await deleteVersion(s.deps, s.actor, s.namespaceId, 'hello_ext_1_0_0');
  const again = await publishVersion(s.deps, s.actor, s.namespaceId, { files: { 'README.md': readme } });
  expect(again.sha256).toBe(s.version.sha256);
  s.clock.advance(dayMs + 1);
  await sweepArchives(s.deps);
  expect(await isStored(s)).toBe(true);
});

// A confirm that runs out of time leaves its work to the queue and does not wait for it.
test('an upload that found its archive stored, just before the archive is released, stores it again', async () => {
  const readme = crypto.randomUUID();
  const s = await scene({ files: { 'README.md': readme } });
  await deleteVersion(s.deps, s.actor, s.namespaceId, 'hello_ext_1_0_0');
  s.clock.advance(dayMs + 1);
  let swept = false;
  const blobs = new Proxy(s.deps.blobs, {
    get: (bucket, name: keyof R2Bucket) =>
      name !== 'head'
        ? bucket[name].bind(bucket)
        : async (key: string) => {
            const found = await bucket.head(key);
            if (key.endsWith('.index.json') && !swept) {
              swept = true;
              await sweepArchives(s.deps);
              s.clock.advance(s.deps.confirmInlineMs - 1);
            }
            return found;
          },
  });
  await expect(
    publishVersion({ ...s.deps, blobs }, s.actor, s.namespaceId, { files: { 'README.md': readme } }),
  ).rejects.toThrow('"status":"pending"');
  expect([swept, await isStored(s)]).toEqual([true, false]);
  const message = await waitFor(
    () => s.sent.find(({ type }) => type === 'advance-upload') ?? Promise.reject(new Error('not sent')),
  );
  s.clock.advance(61_000);
  if (message.type === 'advance-upload') await advanceUpload(s.deps, message.id);
  expect(await isStored(s)).toBe(true);
});
