// Tests publishing through the client: requesting an upload, PUT, confirm, and errors in between.
import { expect, onTestFinished, test, vi } from 'vitest';
import { SlipwayClient } from '../../src/client/client.ts';
import { type Progress, publish } from '../../src/client/publish.ts';
import { putArchive } from '../../src/client/put-archive.ts';
import { scriptedServer } from './scripted-server.ts';

const retries = { retriesMax: 3, pauseMs: 1, pauseMaxMs: 10 };
const archive = new Blob(['x'.repeat(100_000)]);

test('the client PUTs with the length and without the API key, and retries when the store is busy', async () => {
  await using server = await scriptedServer({ status: 503 }, { headers: { etag: '"e"' } });
  const progress: number[] = [];
  const etag = await putArchive(`${server.url}/put`, archive, { retries, onProgress: (bytes) => progress.push(bytes) });
  expect(etag).toBe('"e"');
  const [first, second] = server.received;
  expect(first?.body.length).toBe(100_000);
  expect(second?.headers).toMatchObject({ 'content-length': '100000' });
  expect(second?.headers).not.toHaveProperty('authorization');
  expect([progress.filter((bytes) => bytes === 0).length, progress.at(-1)]).toEqual([2, 100_000]);
});

/** Implements the parts of XMLHttpRequest that the client uses, with fetch. */
class BrowserRequest {
  upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null };
  onload: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onabort: (() => void) | null = null;
  status = 0;
  responseText = '';
  #response = new Response();
  #url = '';
  open(_method: string, url: string): void {
    this.#url = url;
  }
  send(body: Blob): void {
    const sent = async () => {
      this.#response = await fetch(this.#url, { method: 'PUT', body });
      this.status = this.#response.status;
      this.responseText = await this.#response.text();
      this.upload.onprogress?.({ loaded: body.size });
      this.onload?.();
    };
    sent().catch(() => this.onerror?.());
  }
  abort(): void {
    this.onabort?.();
  }
  getResponseHeader(name: string): string | null {
    return this.#response.headers.get(name);
  }
}

test('the client PUTs with XMLHttpRequest in browsers, and stops when aborted', async () => {
  vi.stubGlobal('XMLHttpRequest', BrowserRequest);
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  await using server = await scriptedServer({ status: 503 }, { headers: { etag: '"e"' } });
  const progress: number[] = [];
  const put = (signal?: AbortSignal) =>
    putArchive(`${server.url}/put`, archive, {
      retries,
      onProgress: (bytes) => progress.push(bytes),
      ...(signal ? { signal } : {}),
    });
  expect([await put(), progress]).toEqual(['"e"', [0, 100_000, 0, 100_000]]);
  const stop = new AbortController();
  const stopped = put(stop.signal);
  stop.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
});

test('the client publishes, and uploads a second time after an integrity error', async () => {
  await using store = await scriptedServer({ headers: { etag: '"wrong"' } }, { headers: { etag: '"right"' } });
  await using server = await scriptedServer(
    { body: { upload_id: 'plu_1', presigned_url: `${store.url}/put` } },
    { status: 400, body: { error: { type: 'IntegrityError', message: 'another size' } } },
    { body: { validation_status: 'passed', plugin_id: 'a_1_0_0' } },
  );
  const client = new SlipwayClient({ baseUrl: server.url, retries });
  const steps: Progress['step'][] = [];
  const published = await publish(client, {
    namespaceId: 'ns_1',
    name: 'a',
    archive,
    message: 'first',
    onProgress: ({ step }) => step === steps.at(-1) || steps.push(step),
  });
  expect(published.plugin_id).toBe('a_1_0_0');
  expect(server.received.map(({ url, body }) => [url, JSON.parse(body)])).toEqual([
    ['/v1/namespaces/ns_1/plugins/uploads', { name: 'a', file_size_bytes: 100_000 }],
    [
      '/v1/namespaces/ns_1/plugins/uploads/plu_1/confirm',
      { etag: '"wrong"', file_size_bytes: 100_000, message: 'first' },
    ],
    [
      '/v1/namespaces/ns_1/plugins/uploads/plu_1/confirm',
      { etag: '"right"', file_size_bytes: 100_000, message: 'first' },
    ],
  ]);
  expect(steps).toEqual(['requested', 'uploading', 'uploaded', 'scanning', 'uploading', 'uploaded', 'scanning']);
});

test('a rejected plugin is an error with its findings', async () => {
  await using store = await scriptedServer({});
  const rejection = {
    validation_status: 'failed',
    violations: [{ rule: 'SLP101' }],
    error: { type: 'SecurityViolationError', message: 'no' },
  };
  await using server = await scriptedServer(
    { body: { upload_id: 'plu_1', presigned_url: `${store.url}/put` } },
    { status: 400, body: rejection },
  );
  const client = new SlipwayClient({ baseUrl: server.url, retries });
  await expect(publish(client, { name: 'a', archive })).rejects.toMatchObject({
    type: 'SecurityViolationError',
    body: rejection,
  });
});
