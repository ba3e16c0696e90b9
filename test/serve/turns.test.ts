// Tests that work takes turns while the same process answers calls. Other test files may have made calls shortly before.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { callArrived, inTurn } from '../../src/core/turns.ts';
import { requestDatabase } from '../../src/db/client.ts';
import { namespaces } from '../../src/db/schema/access.ts';
import { pausing } from '../../src/registry/storage/turns.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';

/** Runs four tasks at the same time. Returns how many ran concurrently. */
async function mostAtOnce(run: (work: () => Promise<void>) => Promise<void>): Promise<number> {
  let running = 0;
  let most = 0;
  const work = async () => {
    running += 1;
    most = Math.max(most, running);
    await scheduler.wait(1);
    running -= 1;
  };
  await Promise.all(Array.from({ length: 4 }, () => run(work)));
  return most;
}

test('work runs concurrently again some time after the last call', async () => {
  await expect.poll(() => mostAtOnce(inTurn)).toBe(4);
});

test('one task runs at a time during calls', async () => {
  callArrived();
  expect(await mostAtOnce(inTurn)).toBe(1);
});

test('failed work gives up its turn and throws its error', async () => {
  callArrived();
  const failing = inTurn(() => Promise.reject(new Error('failed')));
  await expect(failing).rejects.toThrow('failed');
  expect(await inTurn(async () => 'done')).toBe('done');
});

test('no work waits for the turn of a cancelled request', async () => {
  callArrived();
  void inTurn(() => new Promise<never>(() => {}));
  expect(await inTurn(async () => 'done')).toBe('done');
});

test('queries take turns until their request turns out to be a call', async () => {
  callArrived();
  let most = 0;
  let running = 0;
  const counted = pausedD1(env.DB, async () => {
    running += 1;
    most = Math.max(most, running);
    await scheduler.wait(1);
    running -= 1;
  });
  const { db, takeTurns, goAhead } = requestDatabase(counted, { local: true });
  const query = () => db.select().from(namespaces).limit(1);
  const queries = () => Promise.all([query(), query(), db.batch([query()])]);
  takeTurns();
  await queries();
  expect(most).toBe(1);
  goAhead();
  await queries();
  expect(most).toBe(3);
});

/** Returns only the first difference, because megabytes are too much for a message. */
function differenceOf(some: Uint8Array | undefined, others: Uint8Array): number {
  if (some?.length !== others.length) return some?.length ?? 0;
  return some.findIndex((byte, at) => byte !== others[at]);
}

test('a bucket whose operations take turns stores and reads as before', async () => {
  callArrived();
  const bucket = pausing(env.ARCHIVES, { mode: 'turns' });
  await Promise.all([bucket.put('turns/a', 'one'), bucket.put('turns/b', 'two')]);
  expect(await (await bucket.get('turns/a'))?.text()).toBe('one');
  expect((await bucket.list({ prefix: 'turns/' })).objects.map(({ key }) => key)).toEqual(['turns/a', 'turns/b']);
  const upload = await bucket.createMultipartUpload('turns/c');
  await bucket.resumeMultipartUpload(upload.key, upload.uploadId).abort();
  const large = new Uint8Array(5 * 1024 * 1024 + 1).map((_, at) => at % 251);
  const stored = await bucket.put('turns/d', large, { customMetadata: { of: 'tests' } });
  expect([stored.size, stored.customMetadata]).toEqual([large.length, { of: 'tests' }]);
  expect(differenceOf(await (await bucket.get('turns/d'))?.bytes(), large)).toBe(-1);
  const parts = await bucket.createMultipartUpload('turns/e');
  const sent = [await parts.uploadPart(1, large), await parts.uploadPart(2, large.subarray(0, 10))];
  expect((await parts.complete(sent)).size).toBe(large.length + 10);
  await bucket.delete(['turns/a', 'turns/b', 'turns/d', 'turns/e']);
  expect(await bucket.head('turns/a')).toBeNull();
});
