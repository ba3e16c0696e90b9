// Serves presigned PUT and GET requests for the bucket in local runs and tests, as R2's S3 API does (D28).
import { type Context, Hono } from 'hono';
import { Problem } from '../core/problem.ts';
import { verifyPresigned } from '../registry/storage/presign.ts';
import type { AppEnv } from './context.ts';

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, PUT',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': 'etag, content-length, content-range',
};

export function localS3(): Hono<AppEnv> {
  const s3 = new Hono<AppEnv>();
  s3.use(async (c, next) => {
    if (!c.var.deps.storage.local) throw new Problem('not-found', `Path not found: ${c.req.path}`);
    await next();
    for (const [name, value] of Object.entries(cors)) c.header(name, value);
  });
  s3.options('*', () => new Response(null, { status: 204 }));
  s3.put('*', async (c) => withKey(c, (key) => putObject(c, key)));
  s3.get('*', async (c) => withKey(c, (key) => getObject(c, key)));
  return s3;
}

async function withKey(c: Context<AppEnv>, respond: (key: string) => Promise<Response>): Promise<Response> {
  const { storage, clock } = c.var.deps;
  const verdict = await verifyPresigned(storage, c.req.raw, clock.now());
  return verdict.ok ? respond(verdict.key) : s3Error(verdict.code, verdict.code === 'NoSuchBucket' ? 404 : 403);
}

async function putObject(c: Context<AppEnv>, key: string): Promise<Response> {
  if (c.req.header('content-length') === undefined) return s3Error('MissingContentLength', 411);
  const contentType = c.req.header('content-type') ?? 'application/octet-stream';
  const stored = await c.var.deps.blobs.put(key, c.req.raw.body ?? new Uint8Array(), { httpMetadata: { contentType } });
  return new Response(null, { headers: { etag: stored.httpEtag } });
}

async function getObject(c: Context<AppEnv>, key: string): Promise<Response> {
  const { blobs } = c.var.deps;
  const stored = await blobs.head(key);
  if (!stored) return s3Error('NoSuchKey', 404);
  const range = rangeOf(c.req.header('range'), stored.size);
  if (range === 'unsatisfiable') return s3Error('InvalidRange', 416, { 'content-range': `bytes */${stored.size}` });
  const object = await blobs.get(key, { onlyIf: c.req.raw.headers, ...(range ? { range } : {}) });
  if (!object) return s3Error('NoSuchKey', 404);
  const headers = new Headers({
    etag: object.httpEtag,
    'accept-ranges': 'bytes',
    'last-modified': object.uploaded.toUTCString(),
  });
  object.writeHttpMetadata(headers);
  if (!('body' in object)) {
    const wanted = c.req.header('if-match');
    const differs = wanted !== undefined && wanted !== '*' && !wanted.includes(object.httpEtag);
    return differs ? s3Error('PreconditionFailed', 412) : new Response(null, { status: 304, headers });
  }
  headers.set('content-length', String(range ? range.length : object.size));
  if (range) headers.set('content-range', `bytes ${range.offset}-${range.offset + range.length - 1}/${object.size}`);
  return new Response(object.body, { status: range ? 206 : 200, headers });
}

/** Parses a single range. Returns undefined for any other header, which means the whole object (RFC 9110 §14.2). */
function rangeOf(
  header: string | undefined,
  size: number,
): { offset: number; length: number } | 'unsatisfiable' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const offset = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (first !== '' && last !== '' && Number(last) < offset) return undefined;
  return offset < end ? { offset, length: end - offset } : 'unsatisfiable';
}

function s3Error(code: string, status: number, headers: Record<string, string> = {}): Response {
  return new Response(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`, {
    status,
    headers: { 'content-type': 'application/xml', ...headers },
  });
}
