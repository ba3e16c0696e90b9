// Tests that runs count toward the organization's stored bytes, from the request to the end of their retention.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inputKey } from '../../../../src/features/runs/keys.ts';
import { leaveRoom } from '../../../support/scenes/stored-bytes.ts';
import { createdModel, fillingScene, KiB, minute, objectBytes, sweepIn } from '../scenes/filling.ts';

const { at, create, ended, heldByRuns, org, put, runOf } = await fillingScene();
const days = 24 * 60 * minute;

afterEach(() => leaveRoom(org, null));
// Releases other tests' inputs, so that they don't count.
beforeEach(() => sweepIn(minute));

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
});

describe('results', () => {
  test('results count until their retention period ends, and the input until the run has ended', async () => {
    const before = await heldByRuns();
    const run = await runOf([{ text: 'a' }, { text: 'a' }], { times: KiB });
    const [whole, stored] = [await heldByRuns(), await objectBytes(run.run_id)];
    expect([whole - before, stored > 2 * KiB]).toEqual([stored, true]);
    await sweepIn(minute);
    expect(await env.ARCHIVES.head(inputKey(run.run_id))).toBeNull();
    expect(await heldByRuns()).toBe(before + (await objectBytes(run.run_id)));
    for (const later of [0, 1, 2]) await sweepIn(8 * days + later * minute);
    expect([await heldByRuns(), await objectBytes(run.run_id)]).toEqual([0, 0]);
  });
});
