// The S3 API in front of the bucket for local runs and tests: presigned PUT and GET, as R2's would answer them (D28).
import { type Context, Hono } from 'hono';
import { verifyPresigned } from '../registry/presign.ts';
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
    if (!c.var.deps.storage.local) return s3Error('AccessDenied', 403);
    await next();
    for (const [name, value] of Object.entries(cors)) c.header(name, value);
    return undefined;
  });
  s3.options('*', () => new Response(null, { status: 204 }));
  s3.put('*', async (c) => withKey(c, (key) => putObject(c, key)));
  s3.get('*', async (c) => withKey(c, (key) => getObject(c, key)));
  return s3;
}

async function withKey(c: Context<AppEnv>, answer: (key: string) => Promise<Response>): Promise<Response> {
  const { storage, clock } = c.var.deps;
  const verdict = await verifyPresigned(storage, c.req.raw, clock.now());
  return verdict.ok ? answer(verdict.key) : s3Error(verdict.code, verdict.code === 'NoSuchBucket' ? 404 : 403);
}

async function putObject(c: Context<AppEnv>, key: string): Promise<Response> {
  if (c.req.header('content-length') === undefined) return s3Error('MissingContentLength', 411);
  const contentType = c.req.header('content-type') ?? 'application/octet-stream';
  const stored = await c.var.deps.blobs.put(key, c.req.raw.body ?? new Uint8Array(), { httpMetadata: { contentType } });
  return new Response(null, { headers: { etag: stored.httpEtag } });
}

async function getObject(c: Context<AppEnv>, key: string): Promise<Response> {
  const ranged = c.req.header('range') !== undefined;
  const object = await c.var.deps.blobs.get(key, {
    onlyIf: c.req.raw.headers,
    ...(ranged ? { range: c.req.raw.headers } : {}),
  });
  if (!object) return s3Error('NoSuchKey', 404);
  const headers = new Headers({
    etag: object.httpEtag,
    'accept-ranges': 'bytes',
    'last-modified': object.uploaded.toUTCString(),
  });
  object.writeHttpMetadata(headers);
  if (!('body' in object)) return new Response(null, { status: 304, headers });
  if (ranged && object.range && 'offset' in object.range) {
    const offset = object.range.offset ?? 0;
    const length = object.range.length ?? object.size - offset;
    headers.set('content-range', `bytes ${offset}-${offset + length - 1}/${object.size}`);
    headers.set('content-length', String(length));
    return new Response(object.body, { status: 206, headers });
  }
  headers.set('content-length', String(object.size));
  return new Response(object.body, { headers });
}

function s3Error(code: string, status: number): Response {
  return new Response(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code></Error>`, {
    status,
    headers: { 'content-type': 'application/xml' },
  });
}
