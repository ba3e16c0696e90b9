// Tests concurrent large forms. An isolate has 128 MB for all its requests, and reads each form as a whole.
// @module-tag long
import { expect, test } from 'vitest';
import { bodyLimits, isolateMemory } from '../../../src/contract/limits/requests.ts';
import { testApp } from '../../support/deps.ts';
import { organization } from '../../support/scenes/organization.ts';
import { losingQueues } from '../../support/workers/losing-queues.ts';

const MiB = 1024 * 1024;
const boundary = 'form-boundary';
const encoder = new TextEncoder();

/** Bytes read for requests that haven't been answered yet. */
const live = { bytes: 0, peak: 0 };

/** Returns a form with a file of this size. Counts the file's bytes as they're read. */
function countedForm(name: string, fileBytes: number) {
  const field = (key: string, value: string) =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${key}"\r\n\r\n${value}\r\n`;
  const file = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="plugin.zip"\r\n\r\n`;
  const head = encoder.encode(field('name', name) + field('version', '1.0.0') + file);
  const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
  const pieces = [head, ...Array.from({ length: fileBytes / MiB }, () => new Uint8Array(MiB)), tail];
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = pieces.shift();
        if (!piece) return controller.close();
        live.bytes += piece.length;
        live.peak = Math.max(live.peak, live.bytes);
        controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
  return { body, length };
}

test.each([
  ['with an Idempotency-Key', { 'idempotency-key': 'large-form' }],
  ['without one', {}],
])('the bytes that an isolate holds for five large forms %s are bounded', async (_what, headers) => {
  const app = testApp({ queues: losingQueues().queues });
  const org = await organization({ fetch: app.fetch });
  live.bytes = 0;
  live.peak = 0;
  const send = async (number: number): Promise<number> => {
    const { body, length } = countedForm(`form_${number}`, 12 * MiB);
    const request = new Request(`http://slipway.test${org.plugins}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${org.key}`,
        'content-type': `multipart/form-data; boundary=${boundary}`,
        'content-length': String(length),
        ...Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, `${value}-${number}`])),
      },
      body,
    });
    const { status } = await app.fetch(request);
    live.bytes -= length;
    return status;
  };
  // Zeros aren't a valid archive.
  expect(await Promise.all([1, 2, 3, 4, 5].map(send))).toEqual([400, 400, 400, 400, 400]);
  expect(live.bytes).toBe(0);
  expect(live.peak).toBeGreaterThan(12 * MiB);
  expect(live.peak).toBeLessThanOrEqual(isolateMemory.large.size / bodyLimits.formTimes);
});
