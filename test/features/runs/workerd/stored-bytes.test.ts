// Tests that runs count toward the organization's stored bytes: each way to fill the quota stops at the quota, and the bytes are
// released.
import { env } from 'cloudflare:workers';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { runLimits } from '../../../../src/contract/limits/batches.ts';
import { inputKey } from '../../../../src/features/runs/keys.ts';
import { runObjects, sweepRuns } from '../../../../src/features/runs/sweep.ts';
import { collect } from '../../../../src/registry/storage/collector.ts';
import { clockAt, testApp } from '../../../support/deps.ts';
import { plugin } from '../../../support/plugins/plugin.ts';
import { publish } from '../../../support/plugins/publish.ts';
import { type Organization, organization } from '../../../support/scenes/organization.ts';
import { leaveRoom, storedBytes } from '../../../support/scenes/stored-bytes.ts';
import { waitFor } from '../../../support/waiting.ts';

const KiB = 1024;

/** Repeats `text` in each row, or fails for that row. */
const pipeline = `def step(batch, times, fails):
    if fails:
        raise ValueError("no")
    batch["text"] = [text * times for text in batch["text"]]
    return batch


def build_steps(request):
    given = request.extractor_config.parameters
    return {"steps": [lambda batch: step(batch, given.get("times", 1), given.get("fails", False))]}
`;

let org: Organization;
let at: string;
beforeAll(async () => {
  org = await organization();
  at = `/v1/namespaces/${org.namespaceId}/runs`;
  const { plugin_id } = await publish(org, plugin({ name: 'filling_ext', files: { 'pipeline.py': pipeline } }));
  await org.post(`${org.plugins}/${plugin_id}/deploy?deployment_type=batch_only`);
});
afterEach(() => leaveRoom(org, null));
// Releases other tests' inputs, so that they don't count.
beforeEach(() => sweepIn(minute));

const runModel = z.looseObject({
  run_id: z.templateLiteral(['run_', z.string()]),
  status: z.string(),
  error: z.string().nullable(),
  ended_at: z.string().nullable(),
});
const createdModel = runModel.extend({ presigned_url: z.string() });

const create = (body: object) => org.post(`${org.plugins}/filling_ext_1_0_0/runs`, body);

async function put(url: string, content: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  const body = new Uint8Array(typeof content === 'string' ? new TextEncoder().encode(content) : content);
  const headers = { 'content-length': String(body.length) };
  return org.fetch(new Request(url, { method: 'PUT', body, headers }));
}

async function ended(id: string) {
  return waitFor(async () => {
    const run = runModel.parse((await org.get(`${at}/${id}`)).body);
    expect(run.ended_at).not.toBeNull();
    return run;
  });
}

/** Runs these rows to the end. */
async function runOf(rows: object[], parameters: object = {}) {
  const { body } = await create({ input: { rows }, parameters });
  return ended(runModel.parse(body).run_id);
}

/** Uploads a file, starts the run, and waits for its end. */
async function runOfFile(content: Uint8Array<ArrayBuffer>, input: object) {
  const { body } = await create({ input: { format: 'jsonl', size_bytes: content.length, ...input } });
  const { presigned_url, run_id } = createdModel.parse(body);
  await put(presigned_url, content);
  await org.post(`${at}/${run_id}/start`);
  return ended(run_id);
}

/** Sweeps at a later time. */
async function sweepIn(ms: number): Promise<void> {
  const { deps } = testApp({ clock: clockAt(Date.now() + ms) });
  await sweepRuns(deps);
}

const seconds = 1000;
const minute = 60 * seconds;
const days = 24 * 60 * minute;

async function heldByRuns(): Promise<number> {
  return (await storedBytes(org)).held_by.runs;
}

async function objectBytes(id: string): Promise<number> {
  const { objects } = await env.ARCHIVES.list({ prefix: `runs/${id}/` });
  return objects.reduce((sum, { size }) => sum + size, 0);
}

const usedUp = (limit: number | null) =>
  new RegExp(
    `^The quota stored_bytes is exhausted\\. This organization has ${limit} of ${limit} stored bytes, and this needs \\d+ more\\. Runs hold \\d+ of them\\. Cancel runs you no longer need: `,
  );

describe('an input', () => {
  test('an input reserves the size given in its request, and an input over the quota is refused', async () => {
    const before = await heldByRuns();
    const limit = await leaveRoom(org, 10);
    const refused = await create({ input: { format: 'jsonl', size_bytes: 11 } });
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({
      error: {
        type: 'QuotaExceededError',
        message: expect.stringContaining(
          `has ${Number(limit) - 10} of ${limit} stored bytes, and this needs 11 more. `,
        ),
        details: { resource: 'stored_bytes', current_count: Number(limit) - 10, max_allowed: limit },
      },
    });
    expect((await create({ input: { format: 'jsonl', size_bytes: 10 } })).status).toBe(200);
    expect((await create({ input: { rows: [{ text: 'a' }] } })).status).toBe(403);
    expect(await heldByRuns()).toBe(before + 10);
  });

  test("an input's URL accepts only the size given in its request", async () => {
    const content = '{"text":"a"}\n';
    const { body } = await create({ input: { format: 'jsonl', size_bytes: content.length } });
    const { presigned_url, run_id } = createdModel.parse(body);
    for (const other of [content.slice(1), `${content}\n`]) {
      const response = await put(presigned_url, other);
      expect([response.status, await response.text()]).toEqual([
        403,
        expect.stringContaining('send exactly the announced number of bytes'),
      ]);
    }
    expect((await put(presigned_url, content)).status).toBe(200);
    expect((await org.post(`${at}/${run_id}/start`)).status).toBe(200);
    expect(await ended(run_id)).toMatchObject({ status: 'succeeded' });
  });

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

  test('an input larger than its reservation is refused at the start and deleted', async () => {
    const { body } = await create({ input: { format: 'jsonl', size_bytes: 5 } });
    const { run_id } = createdModel.parse(body);
    const key = inputKey(run_id);
    await env.ARCHIVES.put(key, '{"text":"a"}\n');
    const refused = await org.post(`${at}/${run_id}/start`);
    expect([refused.status, refused.body]).toMatchObject([
      413,
      { error: { message: 'The input has 13 bytes; 5 are reserved for it' } },
    ]);
    expect(refused.text).toContain('`size_bytes`');
    expect(await env.ARCHIVES.head(key)).toBeNull();
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

  test('results count until their retention period ends, and the input until the run has ended', async () => {
    const before = await heldByRuns();
    const run = await runOf(texts(2, 'a'), { times: KiB });
    const [whole, stored] = [await heldByRuns(), await objectBytes(run.run_id)];
    expect([whole - before, stored > 2 * KiB]).toEqual([stored, true]);
    await sweepIn(minute);
    expect(await env.ARCHIVES.head(inputKey(run.run_id))).toBeNull();
    expect(await heldByRuns()).toBe(before + (await objectBytes(run.run_id)));
    for (const later of [0, 1, 2]) await sweepIn(8 * days + later * minute);
    expect([await heldByRuns(), await objectBytes(run.run_id)]).toEqual([0, 0]);
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
