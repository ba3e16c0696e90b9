// Tests that the bodies and answers of later calls count toward the organization's stored bytes, and are released.
import { env } from 'cloudflare:workers';
import { sql } from 'drizzle-orm';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { leases } from '../../../src/contract/limits/leases.ts';
import { database } from '../../../src/db/client.ts';
import { laterCallRows } from '../../../src/db/schema/calls.ts';
import { selectAllUsage } from '../../../src/limits/quotas.ts';
import { cancelLater } from '../../../src/serve/later/later-calls.ts';
import { runCalls } from '../../../src/serve/later/run.ts';
import { sweepLaterCalls } from '../../../src/serve/later/sweep.ts';
import { clockAt, testApp } from '../../support/deps.ts';
import { plugin } from '../../support/plugins/plugin.ts';
import { publish } from '../../support/plugins/publish.ts';
import { accept as acceptLater, live } from '../../support/scenes/later-calls.ts';
import { type Organization, organization } from '../../support/scenes/organization.ts';
import { leaveRoom, storedBytes } from '../../support/scenes/stored-bytes.ts';
import { waitFor } from '../../support/waiting.ts';

const KiB = 1024;
const hours = 60 * 60 * 1000;

const realtime = `import time


class LaterInferenceService:
    def run_inference(self, inputs, parameters):
        time.sleep(inputs.get("seconds", 0))
        return {"text": "a" * inputs.get("answer", 1)}
`;

let org: Organization;
let at: string;
beforeAll(async () => {
  org = await organization();
  at = `${org.plugins}/hello_ext_1_0_0`;
  await publish(org, plugin({ files: { 'realtime.py': realtime } }));
  await org.post(`${at}/deploy`);
  await waitFor(async () => expect((await org.get(`${at}/status`)).body).toMatchObject({ status: 'DEPLOYED' }));
});
afterEach(() => leaveRoom(org, null));

const accept = (inputs: object) =>
  org.send('POST', `${at}/realtime/test`, { body: { inputs }, headers: { prefer: 'respond-async' } });

const acceptedModel = z.object({ call_id: z.string() });

async function ended(id: string) {
  return waitFor(async () => {
    const { body } = await org.send('GET', `/v1/calls/${id}`, { headers: { prefer: 'wait=20' } });
    const call = z.looseObject({ status: z.string(), ended_at: z.string() }).parse(body);
    return call;
  });
}

async function held(): Promise<number> {
  return (await storedBytes(org)).held_by.later_calls;
}

/** Returns the size of a call's body and answer, in its row and in the store. */
async function bytesOf(id: string): Promise<number> {
  const { objects } = await env.ARCHIVES.list({ prefix: `later-calls/${id}/` });
  const { answer, body } = laterCallRows;
  const rows = await database(env.DB)
    .select({ answer, body })
    .from(laterCallRows)
    .where(sql`${laterCallRows.id} = ${id}`);
  const inRows = rows.flatMap((row) => [row.body?.length ?? 0, row.answer?.length ?? 0]);
  return [...inRows, ...objects.map(({ size }) => size)].reduce((sum, size) => sum + size, 0);
}

test('a body over the quota is refused, and a body within it counts until its call has ended', async () => {
  const before = await held();
  const text = 'b'.repeat(100 * KiB);
  const limit = await leaveRoom(org, 150 * KiB);
  const first = await accept({ text, seconds: 3 });
  expect(first.status).toBe(202);
  expect(await held()).toBeGreaterThan(before + 100 * KiB);
  const refused = await accept({ text });
  expect([refused.status, refused.body]).toMatchObject([
    403,
    { error: { type: 'QuotaExceededError', details: { resource: 'stored_bytes', max_allowed: limit } } },
  ]);
  expect(refused.text).toMatch(/Later calls hold \d+ of them\. Cancel calls you no longer need: /);
  const { call_id } = acceptedModel.parse(first.body);
  expect(await ended(call_id)).toMatchObject({ status: 'succeeded' });
  await waitFor(async () => expect(await held()).toBe(before + (await bytesOf(call_id))));
  expect(await bytesOf(call_id)).toBeLessThan(KiB);
  const second = await accept({ text });
  expect(second.status).toBe(202);
  await ended(acceptedModel.parse(second.body).call_id);
});

test('the body of a cancelled call is released immediately', async () => {
  const before = await held();
  const { call_id } = acceptedModel.parse((await accept({ text: 'b'.repeat(100 * KiB), seconds: 3 })).body);
  await org.del(`/v1/calls/${call_id}`);
  await waitFor(async () => expect([await held(), await bytesOf(call_id)]).toEqual([before, 0]));
});

test('an answer over the quota fails its call, and the reason is stored', async () => {
  const limit = await leaveRoom(org, 20 * KiB);
  const { call_id } = acceptedModel.parse((await accept({ answer: 30 * KiB })).body);
  const call = await ended(call_id);
  const message = `The answer was not stored. The quota stored_bytes is exhausted. This organization has \\d+ of ${limit} stored bytes, and this needs \\d+ more\\. `;
  expect(call).toMatchObject({
    status: 'failed',
    answer: { status: 'error', error: { type: 'QuotaExceeded', message: expect.stringMatching(message) } },
  });
  expect(await bytesOf(call_id)).toBeLessThan(2 * KiB);
  await leaveRoom(org, null);
  const again = acceptedModel.parse((await accept({ answer: 30 * KiB })).body);
  expect(await ended(again.call_id)).toMatchObject({ status: 'succeeded' });
});

test('answers count until their retention period ends', async () => {
  const { call_id } = acceptedModel.parse((await accept({ answer: 30 * KiB })).body);
  await ended(call_id);
  expect(await held()).toBeGreaterThan(30 * KiB);
  await waitFor(async () => {
    await sweepLaterCalls(testApp({ clock: clockAt(Date.now() + 25 * hours) }).deps);
    expect([await held(), await bytesOf(call_id)]).toEqual([0, 0]);
  });
});

describe('an answer that does not end its call', () => {
  /** Returns the bucket with `put` wrapped around each write of an answer. */
  const around = (blobs: R2Bucket, put: (stored: () => Promise<unknown>) => Promise<unknown>): R2Bucket =>
    new Proxy(blobs, {
      get: (target, name) => {
        if (name !== 'put') return Reflect.get(target, name).bind(target);
        return (key: string, value: Uint8Array) => put(() => target.put(key, value));
      },
    });

  async function storedOf({ s, deps }: Awaited<ReturnType<typeof live>>, id: string) {
    const [usage] = await selectAllUsage(deps, s.actor.organizationId, s.clock.now());
    return { counted: usage?.held.later_calls ?? 0, stored: await bytesOf(id) };
  }

  test('an answer whose worker died is deleted when its call ends', async () => {
    const l = await live();
    const id = await acceptLater(l, { text: 'a'.repeat(2 * KiB) });
    const dies = around(l.deps.blobs, async (store) => {
      await store();
      throw new Error('the worker died');
    });
    await expect(runCalls({ ...l.deps, blobs: dies }, 'normal')).rejects.toThrow('the worker died');
    l.s.clock.advance(leases.laterCall.leaseMs);
    await sweepLaterCalls(l.deps);
    await runCalls(l.deps, 'normal');
    const { counted, stored } = await storedOf(l, id);
    expect([counted, counted > 4 * KiB]).toEqual([stored, true]);
  });

  test('an answer is deleted if its call is cancelled while the answer is being stored', async () => {
    const l = await live();
    const id = await acceptLater(l, { text: 'a'.repeat(2 * KiB) });
    const cancels = around(l.deps.blobs, async (store) => {
      await cancelLater(l.deps, l.s.actor, id);
      return store();
    });
    await runCalls({ ...l.deps, blobs: cancels }, 'normal');
    const { counted, stored } = await storedOf(l, id);
    expect([counted, counted < 4 * KiB]).toEqual([stored, true]);
  });
});
