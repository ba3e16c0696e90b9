// Tests memory use during an upload.
import { once } from 'node:events';
import { mkdtempSync, openAsBlob, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { putArchive } from '../../src/client/put-archive.ts';

const sizeBytes = 16 * 1024 * 1024;
/** Allows for a few parts that the streams and the socket still reference. */
const heldBytesMax = 1024 * 1024;

/** Returns a store that reads each request without answering it, and a promise for the response that the test can send. */
async function silentStore() {
  const read = Promise.withResolvers<ServerResponse>();
  const server = createServer((request: IncomingMessage, response) =>
    request.resume().on('end', () => read.resolve(response)),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/store`, read: read.promise };
}

async function sparseFile(): Promise<Blob> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-put-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'model.safetensors');
  writeFileSync(file, '');
  truncateSync(file, sizeBytes);
  return openAsBlob(file);
}

/** Returns the bytes that JavaScript holds outside its heap, such as parts of files. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().arrayBuffers;
}

test('an upload holds no copy of the sent bytes', async () => {
  const store = await silentStore();
  const blob = await sparseFile();
  const before = heldBytes();
  const uploaded = putArchive(store.url, blob);
  const response = await store.read;
  // Memory is freed shortly after it is collected. A copy would be held until the answer, which comes later.
  await expect.poll(() => heldBytes() - before).toBeLessThan(heldBytesMax);
  response.setHeader('etag', '"1"').end();
  expect(await uploaded).toBe('"1"');
});
