// Tests the blobs on a builder's disk, and which are removed when they exceed 4 GiB in total. The large blobs are sparse files.
import { createHash } from 'node:crypto';
import { readdirSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { beforeEach, expect, test } from 'vitest';
import { Blobs } from '../../../builder/server/blobs/blobs.ts';
import { newFolder } from '../support.ts';
import { openRemovals } from './open-removals.ts';

const GiB = 1024 ** 3;

let blobs: Blobs;
let folder: string;
beforeEach(async () => {
  folder = newFolder();
  blobs = new Blobs(folder, await openRemovals(newFolder()));
  await blobs.open();
});

/** Stores a blob of this size, last used that many hours ago. */
function store(name: string, size: number, hours: number): void {
  writeFileSync(blobs.path(name), '');
  truncateSync(blobs.path(name), size);
  const used = Date.now() / 1000 - hours * 3600;
  utimesSync(blobs.path(name), used, used);
}

/** Sends a small blob, which makes the builder remove other blobs if there are too many. */
async function put(text: string): Promise<string> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const body = async function* () {
    yield new TextEncoder().encode(text);
  };
  await blobs.put(sha256, body(), 1024);
  return sha256;
}

test('no blobs are removed up to 4 GiB', async () => {
  store('old', 1 * GiB, 3);
  store('new', 3 * GiB - 4, 1);
  const sent = await put('1234');
  expect(readdirSync(folder).sort()).toEqual([sent, 'new', 'old'].sort());
});

test('the least recently used blobs are removed beyond 4 GiB', async () => {
  store('newest', 1 * GiB, 1);
  store('oldest', 2 * GiB, 4);
  store('newer', 2 * GiB, 2);
  store('older', 1 * GiB, 3);
  const sent = await put('1234');
  expect(readdirSync(folder).sort()).toEqual([sent, 'newer', 'newest'].sort());
});

test('a blob unused for seven days is removed, even if the builder receives no other blob', async () => {
  store('old', 10, 7 * 24 + 1);
  store('kept', 10, 7 * 24 - 1);
  await blobs.prune();
  expect(readdirSync(folder)).toEqual(['kept']);
  store('kept', 10, 7 * 24 + 1);
  await blobs.open();
  expect(readdirSync(folder)).toEqual([]);
});

test('a blob counts as used when it is requested', async () => {
  store('asked for', 2 * GiB, 2);
  store('other', 2 * GiB, 1);
  expect(await blobs.has('asked for')).toBe(true);
  const sent = await put('1234');
  expect(readdirSync(folder).sort()).toEqual([sent, 'asked for'].sort());
});

test('a blob that was just stored is kept, even above the limit', async () => {
  store('other', 4 * GiB, 1);
  const sent = await put('1234');
  expect(readdirSync(folder)).toEqual([sent]);
});

test('a missing blob is not found', async () => {
  expect(await blobs.has('ab'.repeat(32))).toBe(false);
});

test('a blob that is too large, or whose digest differs, leaves nothing behind', async () => {
  const body = async function* () {
    yield new TextEncoder().encode('1234');
  };
  const other = createHash('sha256').update('5678').digest('hex');
  const own = createHash('sha256').update('1234').digest('hex');
  await expect(blobs.put(own, body(), 3)).rejects.toMatchObject({ code: 'body-too-large' });
  await expect(blobs.put(other, body(), 4)).rejects.toMatchObject({ code: 'blob-mismatch' });
  expect(readdirSync(folder)).toEqual([]);
});

test('the remains of an interrupted upload are removed when the builder starts', async () => {
  writeFileSync(blobs.path('x.1.0.part'), 'half');
  store('whole', 4, 1);
  await new Blobs(folder, await openRemovals(newFolder())).open();
  expect(readdirSync(folder)).toEqual(['whole']);
});
