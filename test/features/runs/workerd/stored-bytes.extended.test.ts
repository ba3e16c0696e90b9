// Tests each way in which runs fill the quota of stored bytes: it stops at the quota, and the bytes are released.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { runObjects, sweepRuns } from '../../../../src/features/runs/sweep.ts';
import { collect } from '../../../../src/registry/storage/collector.ts';
import { testApp } from '../../../support/deps.ts';
import { leaveRoom, storedBytes } from '../../../support/scenes/stored-bytes.ts';
import { createdModel, fillingScene, KiB, minute, objectBytes, runModel, sweepIn, usedUp } from '../scenes/filling.ts';

const { at, create, ended, heldByRuns, org, put, runOf } = await fillingScene();
afterEach(() => leaveRoom(org, null));
// Releases other tests' inputs, so that they don't count.
beforeEach(() => sweepIn(minute));

/** Uploads a file, starts the run, and waits for its end. */
async function runOfFile(content: Uint8Array<ArrayBuffer>, input: object) {
  const { body } = await create({ input: { format: 'jsonl', size_bytes: content.length, ...input } });
  const { presigned_url, run_id } = createdModel.parse(body);
  await put(presigned_url, content);
  await org.post(`${at}/${run_id}/start`);
  return ended(run_id);
}

describe('an input', () => {
  test('an input without a size reserves 256 MiB until its start, and then reserves its actual size', async () => {
    const before = await heldByRuns();
    const { body } = await create({ input: { format: 'jsonl' } });
    const { presigned_url, run_id } = createdModel.parse(body);
    expect(await heldByRuns()).toBe(before + runLimits.reservedInputBytes);
    const content = '{"text":"a"}\n';
    await put(presigned_url, content);
    await org.post(`${at}/${run_id}/start`);
    await ended(run_id);
    expect(await heldByRuns()).toBe(before + (await objectBytes(run_id)));
    await leaveRoom(org, runLimits.reservedInputBytes - 1);
    const refused = await create({ input: { format: 'jsonl' } });
    expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('Send the size of the file')]);
  });

  test('an input larger than 256 MiB without an announced size is deleted while its run is open', async () => {
    const { body } = await create({ input: { format: 'jsonl' } });
    const { presigned_url, run_id } = createdModel.parse(body);
    await put(presigned_url, 'sent');
    const { deps } = testApp();
    const headOf = (size: number) => {
      const real = { list: deps.blobs.list.bind(deps.blobs), delete: deps.blobs.delete.bind(deps.blobs) };
      return Object.assign(Object.create(deps.blobs), { ...real, head: async () => ({ size }) });
    };
    await sweepRuns({ ...deps, blobs: headOf(runLimits.reservedInputBytes) });
    expect(await objectBytes(run_id)).toBe(4);
    await sweepRuns({ ...deps, blobs: headOf(runLimits.reservedInputBytes + 1) });
    expect(await objectBytes(run_id)).toBe(0);
    await org.post(`${at}/${run_id}/cancel`);
  });

  test('an input that was never started is released, even if it is uploaded afterwards', async () => {
    const before = await heldByRuns();
    const { body } = await create({ input: { format: 'jsonl', size_bytes: 5 } });
    const { presigned_url, run_id } = createdModel.parse(body);
    await put(presigned_url, 'early');
    await org.post(`${at}/${run_id}/cancel`);
    expect(await heldByRuns()).toBe(before + 5);
    await sweepIn(minute);
    expect([await heldByRuns(), await objectBytes(run_id)]).toEqual([before, 0]);
    await put(presigned_url, 'later');
    expect(await objectBytes(run_id)).toBe(5);
    await collect(testApp().deps, runObjects);
    expect(await objectBytes(run_id)).toBe(0);
  });
});

describe('results', () => {
  const texts = (rows: number, text: string) => Array.from({ length: rows }, () => ({ text }));

  test('results over the quota fail the run, and nothing beyond the quota is stored', async () => {
    // Larger than one part of an upload to the store.
    const room = 8 * 1024 * KiB;
    const limit = await leaveRoom(org, room);
    const run = await runOf(texts(8, 'a'), { times: 2 * 1024 * KiB });
    expect(run).toMatchObject({ status: 'failed', error: expect.stringMatching(usedUp(limit)) });
    expect(run.error).toContain('The run keeps the results of finished rows.');
    // On a slow machine, the first rows can be stored before the others fail.
    expect(await objectBytes(run.run_id)).toBeLessThan(room);
    expect((await storedBytes(org)).used).toBeLessThan(Number(limit));
  });

  test('errors over the quota fail the run', async () => {
    // Each character takes six bytes in JSON.
    const rows = texts(4, '\u0001'.repeat(4 * KiB));
    const limit = await leaveRoom(org, JSON.stringify(rows).length + 64 * KiB);
    const run = await runOf(rows, { fails: true });
    expect(run).toMatchObject({ status: 'failed', error: expect.stringMatching(usedUp(limit)) });
  });
});

describe('stored chunks', () => {
  async function gzip(text: string): Promise<Uint8Array<ArrayBuffer>> {
    const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  }

  test('a compressed input that reaches the quota while it is inflated is stopped, and its bytes are released', async () => {
    const before = await heldByRuns();
    const content = await gzip(`${JSON.stringify({ text: 'x'.repeat(512 * KiB) })}\n`.repeat(32));
    const limit = await leaveRoom(org, content.length + 6 * 1024 * KiB);
    const run = await runOfFile(content, { compression: 'gzip' });
    expect(run).toMatchObject({ status: 'failed', error: expect.stringMatching(usedUp(limit)) });
    expect((await storedBytes(org)).used).toBeLessThanOrEqual(Number(limit));
    await sweepIn(minute);
    const { objects } = await env.ARCHIVES.list({ prefix: `runs/${run.run_id}/chunks/` });
    expect(objects).toEqual([]);
    expect(await heldByRuns()).toBe(before + (await objectBytes(run.run_id)));
  });

  test('rows that failed in another run are stopped at the quota, and their bytes are released', async () => {
    const failed = await runOf([{ text: 'a'.repeat(64 * KiB) }], { fails: true });
    await sweepIn(minute);
    const before = await heldByRuns();
    const limit = await leaveRoom(org, 32 * KiB);
    const { body } = await create({ input: { failed_of: failed.run_id } });
    const run = await ended(runModel.parse(body).run_id);
    expect(run).toMatchObject({ status: 'failed', error: expect.stringMatching(usedUp(limit)) });
    await sweepIn(minute);
    expect(await heldByRuns()).toBe(before);
    await leaveRoom(org, null);
    const again = await create({ input: { failed_of: failed.run_id } });
    expect(await ended(runModel.parse(again.body).run_id)).toMatchObject({ status: 'succeeded' });
    await sweepIn(minute);
    expect(await heldByRuns()).toBeLessThan(before + 65 * KiB);
  });
});
