// Uploads an archive to a presigned URL and reports progress. Never sends the API key: a third party may own the store.
import { toApiError } from './errors.ts';
import { defaultRetries, type RetrySettings, sendWithRetries } from './retry.ts';

export interface PutOptions {
  signal?: AbortSignal;
  /** Called with the number of bytes sent so far. Starts again from 0 when the upload is retried. */
  onProgress?: (sentBytes: number) => void;
  fetch?: (url: string, init: RequestInit) => Promise<Response>;
  retries?: Partial<RetrySettings>;
}

/** Returns the ETag of the stored archive. */
export async function putArchive(url: string, archive: Blob, options: PutOptions = {}): Promise<string> {
  const { XMLHttpRequest } = globalThis as { XMLHttpRequest?: new () => Xhr };
  const attempt = () =>
    XMLHttpRequest && !options.fetch
      ? putWithXhr(new XMLHttpRequest(), url, archive, options)
      : putWithFetch(url, archive, options);
  const request = { url, attempt, repeatable: true, signal: options.signal };
  const response = await sendWithRetries(request, { ...defaultRetries, ...options.retries });
  if (!response.ok) throw await toApiError(response);
  return response.headers.get('etag') ?? '';
}

/**
 * Streams the archive so it can count sent bytes. The store requires a Content-Length. Unless redirects are errors, Node's `fetch`
 * keeps a copy of everything it sends, to resend it after a redirect.
 */
function putWithFetch(url: string, archive: Blob, { signal, onProgress, fetch: send = fetch }: PutOptions) {
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
    redirect: 'error',
    ...(signal ? { signal } : {}),
  };
  return send(url, init);
}

/** The subset of XMLHttpRequest in use. In browsers, only XMLHttpRequest reports upload progress. */
interface Xhr {
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

function putWithXhr(request: Xhr, url: string, archive: Blob, { signal, onProgress }: PutOptions): Promise<Response> {
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
    request.onload = end(() => resolve(toResponse(request)));
    request.onerror = end(() => reject(new Error('the upload was interrupted')));
    request.onabort = end(() => reject(signal?.reason));
    request.open('PUT', url);
    request.send(archive);
  });
}

function toResponse(request: Xhr): Response {
  const etag = request.getResponseHeader('etag');
  const retryAfter = request.getResponseHeader('retry-after');
  return new Response(request.responseText, {
    status: request.status,
    headers: { ...(etag === null ? {} : { etag }), ...(retryAfter === null ? {} : { 'retry-after': retryAfter }) },
  });
}
