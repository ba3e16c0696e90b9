// Turns that work takes while calls are served by the same process. Calls of other files of tests may have arrived a moment before.
import { env } from 'cloudflare:workers';
import { expect, test } from 'vitest';
import { callArrived, inTurn } from '../../src/core/turns.ts';
import { requestDatabase } from '../../src/db/client.ts';
import { namespaces } from '../../src/db/schema/access.ts';
import { pausing } from '../../src/registry/storage/turns.ts';
import { pausedD1 } from '../support/database/paused-d1.ts';

/** Runs four pieces of work at once. Returns how many ran at the same time. */
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

test('work runs side by side a while after the last call', async () => {
  await expect.poll(() => mostAtOnce(inTurn)).toBe(4);
});

test('one piece of work runs at a time while calls are served', async () => {
  callArrived();
  expect(await mostAtOnce(inTurn)).toBe(1);
});

test('work that fails gives its turn back, and its error', async () => {
  callArrived();
  const failing = inTurn(() => Promise.reject(new Error('failed')));
  await expect(failing).rejects.toThrow('failed');
  expect(await inTurn(async () => 'done')).toBe('done');
});

test('nobody waits for the turn of a request that was cancelled', async () => {
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

test('a bucket whose operations take turns stores and reads as before', async () => {
  callArrived();
  const bucket = pausing(env.ARCHIVES);
  await Promise.all([bucket.put('turns/a', 'one'), bucket.put('turns/b', 'two')]);
  expect(await (await bucket.get('turns/a'))?.text()).toBe('one');
  expect((await bucket.list({ prefix: 'turns/' })).objects.map(({ key }) => key)).toEqual(['turns/a', 'turns/b']);
  const upload = await bucket.createMultipartUpload('turns/c');
  await bucket.resumeMultipartUpload(upload.key, upload.uploadId).abort();
  await bucket.delete(['turns/a', 'turns/b']);
  expect(await bucket.head('turns/a')).toBeNull();
});
