// Serves presigned PUT and GET requests for the bucket in local runs and tests, like R2's S3 API (D28). Unlike R2, it rejects an object
// that is too large to publish, and its error messages name the fix.
import { type Context, Hono } from 'hono';
import { uploadBytesMax } from '../contract/limits/archives.ts';
import { runLimits } from '../contract/limits/batches.ts';
import { modelLimits } from '../contract/limits/manifest.ts';
import { objectRangeBytes } from '../contract/limits/requests.ts';
import { withLength } from '../core/paced-streams.ts';
import { modelUploadsFolder } from '../models/model-keys.ts';
import { objectDisposition, objectType, readObjectRange } from '../registry/storage/object-ranges.ts';
import { verifyPresigned } from '../registry/storage/presign.ts';
import { runsFolder } from '../registry/storage/runs-folder.ts';
import { storable } from '../registry/storage/turns.ts';
import type { AppEnv } from './context/context.ts';
import { pathNotFound } from './problems/problem-response.ts';
import { contentPolicy } from './responses/security-headers.ts';

const cors = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, PUT',
  'access-control-allow-headers': '*',
  'access-control-expose-headers': 'etag, content-length, content-range',
};

/** The console has the same origin, so nothing from the store may be displayed or run there. */
const inert = {
  'content-disposition': objectDisposition,
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
};

export function localS3(): Hono<AppEnv> {
  const s3 = new Hono<AppEnv>();
  s3.use(async (c, next) => {
    if (!c.var.deps.storage.local) throw pathNotFound(c.req.path);
    await next();
    for (const [name, value] of Object.entries({ ...cors, ...inert })) c.header(name, value);
  });
  s3.options('*', () => new Response(null, { status: 204 }));
  s3.put('*', async (c) => withKey(c, (key) => putObject(c, key)));
  s3.get('*', async (c) => withKey(c, (key) => getObject(c, key)));
  return s3;
}

async function withKey(c: Context<AppEnv>, respond: (key: string) => Promise<Response>): Promise<Response> {
  const { storage, clock } = c.var.deps;
  const verdict = await verifyPresigned(storage, c.req.raw, clock.now());
  return verdict.ok ? respond(verdict.key) : s3Error(verdict.code);
}

async function putObject(c: Context<AppEnv>, key: string): Promise<Response> {
  const length = c.req.header('content-length');
  if (length === undefined) return s3Error('MissingContentLength');
  const bytesMax = bytesMaxOf(key);
  if (Number(length) > bytesMax) return tooLarge(Number(length), bytesMax);
  const { body } = c.req.raw;
  const { blobs, storage } = c.var.deps;
  const content = body ? storable(storage, body, Number(length)) : new Uint8Array();
  const stored = await blobs.put(key, content, { httpMetadata: { contentType: objectType(key) } });
  return new Response(null, { headers: { etag: stored.httpEtag } });
}

async function getObject(c: Context<AppEnv>, key: string): Promise<Response> {
  const { blobs } = c.var.deps;
  const stored = await blobs.head(key);
  if (!stored) return s3Error('NoSuchKey');
  const range = rangeOf(c.req.header('range'), stored.size);
  if (range === 'unsatisfiable') return s3Error('InvalidRange', { 'content-range': `bytes */${stored.size}` });
  const whole = range ?? { offset: 0, length: stored.size };
  const isLarge = whole.length > objectRangeBytes;
  const asked = isLarge ? { ...whole, length: 1 } : range;
  const object = await blobs.get(key, { onlyIf: c.req.raw.headers, ...(asked ? { range: asked } : {}) });
  if (!object) return s3Error('NoSuchKey');
  const headers = new Headers({
    etag: object.httpEtag,
    'accept-ranges': 'bytes',
    'last-modified': object.uploaded.toUTCString(),
    'content-type': objectType(key),
  });
  if (!('body' in object)) {
    const wanted = c.req.header('if-match');
    const differs = wanted !== undefined && wanted !== '*' && !wanted.includes(object.httpEtag);
    return differs ? s3Error('PreconditionFailed') : new Response(null, { status: 304, headers });
  }
  headers.set('content-length', String(range ? range.length : object.size));
  if (range) headers.set('content-range', `bytes ${range.offset}-${range.offset + range.length - 1}/${object.size}`);
  const { etag } = object;
  const body = isLarge ? withLength(readObjectRange(blobs, { key, etag }, whole), whole.length).body : object.body;
  return new Response(body, { status: range ? 206 : 200, headers });
}

function bytesMaxOf(key: string): number {
  if (key.startsWith(modelUploadsFolder)) return modelLimits.sizeBytesMax;
  return key.startsWith(runsFolder) ? runLimits.inputBytes : uploadBytesMax;
}

/** Parses a single range. Returns undefined for any other header, for which the whole object is served (RFC 9110 §14.2). */
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

/** S3 errors, each with its status and a message that names the fix. */
const errors = {
  AccessDenied: [403, 'The URL has no valid signature. Use the presigned URL unchanged.'],
  ExpiredToken: [403, 'The presigned URL has expired or is not valid yet. Request a new one.'],
  SignatureDoesNotMatch: [
    403,
    'The URL, the method or the size differs from what was signed. Use the presigned URL unchanged, and send exactly the announced number of bytes.',
  ],
  NoSuchBucket: [404, 'The bucket does not exist. Use the presigned URL unchanged.'],
  NoSuchKey: [404, 'The object does not exist.'],
  MissingContentLength: [411, "The request has no Content-Length. Send the object's size."],
  PreconditionFailed: [412, 'The object does not have the ETag in If-Match.'],
  EntityTooLarge: [413, 'The object is too large to be published.'],
  InvalidRange: [416, "The range starts after the object's end."],
} as const satisfies Record<string, readonly [status: number, message: string]>;

function tooLarge(bytes: number, bytesMax: number): Response {
  const message = `The object has ${bytes} bytes, and at most ${bytesMax} are allowed. Upload a smaller file.`;
  const fields = `<ProposedSize>${bytes}</ProposedSize><MaxSizeAllowed>${bytesMax}</MaxSizeAllowed>`;
  return xmlError('EntityTooLarge', `<Message>${message}</Message>${fields}`);
}

function s3Error(code: keyof typeof errors, headers: Record<string, string> = {}): Response {
  return xmlError(code, `<Message>${errors[code][1]}</Message>`, headers);
}

function xmlError(code: keyof typeof errors, fields: string, headers: Record<string, string> = {}): Response {
  return new Response(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code>${fields}</Error>`, {
    status: errors[code][0],
    headers: { 'content-type': 'application/xml', ...headers },
  });
}
