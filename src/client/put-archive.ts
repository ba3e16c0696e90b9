// The bytes of an archive to a presigned URL, without the key: the store is not ours. Says how much of them is gone.
import { refusalOf } from './errors.ts';
import { defaultRetries, type RetrySettings, sendWithRetries } from './retry.ts';

export interface PutOptions {
  signal?: AbortSignal;
  /** Bytes sent so far, from 0 up to all; falls back to 0 when the archive has to be sent again. */
  onProgress?: (sentBytes: number) => void;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  retries?: Partial<RetrySettings>;
}

/** The ETag of what was stored. */
export async function putArchive(url: string, archive: Blob, options: PutOptions = {}): Promise<string> {
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => BrowserRequest };
  const attempt = () =>
    XMLHttpRequest && !options.fetch
      ? putByBrowser(new XMLHttpRequest(), url, archive, options)
      : putByFetch(url, archive, options);
  const sending = { url, attempt, repeatable: true, signal: options.signal };
  const response = await sendWithRetries(sending, { ...defaultRetries, ...options.retries });
  if (!response.ok) throw await refusalOf(response);
  return response.headers.get('etag') ?? '';
}

/** Streamed, so that what was sent can be counted. The store wants to know the length beforehand. */
function putByFetch(url: string, archive: Blob, { signal, onProgress, fetch: send = fetch }: PutOptions) {
  let sentBytes = 0;
  onProgress?.(0);
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      controller.enqueue(chunk);
      sentBytes += chunk.length;
      onProgress?.(sentBytes);
    },
  });
  const init: RequestInit & { duplex: 'half' } = {
    method: 'PUT',
    body: archive.stream().pipeThrough(counted),
    headers: { 'content-length': String(archive.size) },
    duplex: 'half',
    ...(signal ? { signal } : {}),
  };
  return send(url, init);
}

/** What is used of XMLHttpRequest: the one way in which browsers tell how much of a body was sent. */
interface BrowserRequest {
  upload: { onprogress: ((event: { loaded: number }) => void) | null };
  onload: (() => void) | null;
  onerror: (() => void) | null;
  onabort: (() => void) | null;
  status: number;
  responseText: string;
  open(method: string, url: string): void;
  send(body: Blob): void;
  abort(): void;
  getResponseHeader(name: string): string | null;
}

function putByBrowser(
  request: BrowserRequest,
  url: string,
  archive: Blob,
  { signal, onProgress }: PutOptions,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => request.abort();
    const end = (settle: () => void) => () => {
      signal?.removeEventListener('abort', stop);
      settle();
    };
    signal?.addEventListener('abort', stop, { once: true });
    onProgress?.(0);
    request.upload.onprogress = ({ loaded }) => onProgress?.(loaded);
    request.onload = end(() => resolve(responseOf(request)));
    request.onerror = end(() => reject(new Error('the upload broke off')));
    request.onabort = end(() => reject(signal?.reason));
    request.open('PUT', url);
    request.send(archive);
  });
}

function responseOf(request: BrowserRequest): Response {
  const etag = request.getResponseHeader('etag');
  const retryAfter = request.getResponseHeader('retry-after');
  return new Response(request.responseText, {
    status: request.status,
    headers: { ...(etag === null ? {} : { etag }), ...(retryAfter === null ? {} : { 'retry-after': retryAfter }) },
  });
}
