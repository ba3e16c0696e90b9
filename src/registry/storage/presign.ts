// Creates and verifies presigned URLs: SigV4 in the query, for both R2's S3 API and the Worker's own /_s3 route. They sign `host`, and
// the size if given; clients can send any other headers. An upload's announced size is checked when it is confirmed (D28). For a GET,
// the response headers are signed too, because R2 keeps the uploader's content type.
import { AwsV4Signer } from 'aws4fetch';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import { secretsEqual } from '../../core/digest.ts';
import type { Deps, StorageSettings } from '../../deps.ts';
import { objectDisposition, objectType } from './object-ranges.ts';

export interface PresignedRequest {
  method: 'GET' | 'PUT';
  key: string;
  expiresInSeconds: number;
  /** Defaults to the current time. */
  signedAt?: number;
  /** The only `Content-Length` the store accepts. */
  contentLength?: number;
}

export async function presign(storage: StorageSettings, request: PresignedRequest): Promise<string> {
  const url = objectUrl(storage, request.key);
  url.searchParams.set('X-Amz-Expires', String(request.expiresInSeconds));
  if (request.method === 'GET') {
    url.searchParams.set('response-content-type', objectType(request.key));
    url.searchParams.set('response-content-disposition', objectDisposition);
  }
  const datetime = request.signedAt === undefined ? undefined : amzDate(request.signedAt);
  const length = request.contentLength === undefined ? undefined : String(request.contentLength);
  return sign(storage, request.method, url, { datetime, length });
}

/**
 * Returns URLs of one object for another machine, best first. A self-hosted store has an address of this machine and perhaps a public
 * one.
 */
export async function presignElsewhere(
  { clock, publicUrl, storage }: Pick<Deps, 'clock' | 'publicUrl' | 'storage'>,
  key: string,
  expiresInSeconds: number,
): Promise<string[]> {
  const own = publicUrl === null || !storage.local ? [] : [{ ...storage, endpoint: `${publicUrl}/_s3` }];
  const request = { method: 'GET', key, expiresInSeconds, signedAt: clock.now() } as const;
  return Promise.all([...own, storage].map((store) => presign(store, request)));
}

export type PresignVerdict =
  | { ok: true; key: string }
  | { ok: false; code: 'AccessDenied' | 'ExpiredToken' | 'NoSuchBucket' | 'SignatureDoesNotMatch' };

/** Query parameters that signing adds, except the signature itself. */
const added = new Set(['X-Amz-Date', 'X-Amz-Algorithm', 'X-Amz-Credential', 'X-Amz-SignedHeaders']);

/** Signs the request again, for the configured endpoint rather than the Host header, and compares the signatures. */
export async function verifyPresigned(
  storage: StorageSettings,
  request: Request,
  now: number,
): Promise<PresignVerdict> {
  const url = new URL(request.url);
  const prefix = objectUrl(storage, '').pathname;
  if (!url.pathname.startsWith(prefix)) return { ok: false, code: 'NoSuchBucket' };
  const query = url.searchParams;
  const signature = query.get('X-Amz-Signature');
  const date = query.get('X-Amz-Date');
  const signedAt = date === null ? undefined : parseAmzDate(date);
  const expiresInSeconds = Number(query.get('X-Amz-Expires') ?? Number.NaN);
  if (signature === null || date === null || signedAt === undefined) return { ok: false, code: 'AccessDenied' };
  if (!Number.isInteger(expiresInSeconds) || expiresInSeconds < 1 || expiresInSeconds > 604_800)
    return { ok: false, code: 'AccessDenied' };
  if (now > signedAt + expiresInSeconds * 1000 || signedAt > now + uploadLimits.presignClockSkewMs)
    return { ok: false, code: 'ExpiredToken' };

  const key = decodePath(url.pathname.slice(prefix.length));
  if (key === undefined) return { ok: false, code: 'SignatureDoesNotMatch' };
  const signed = objectUrl(storage, key);
  for (const [name, value] of query) {
    if (name !== 'X-Amz-Signature' && !added.has(name)) signed.searchParams.append(name, value);
  }
  const isLengthSigned = query.get('X-Amz-SignedHeaders') === 'content-length;host';
  const length = isLengthSigned ? (request.headers.get('content-length') ?? '') : undefined;
  const expected = new URL(await sign(storage, request.method, signed, { datetime: date, length })).searchParams;
  const same = [...added].every((name) => expected.get(name) === query.get(name));
  if (!same || !(await secretsEqual(expected.get('X-Amz-Signature') ?? '', signature)))
    return { ok: false, code: 'SignatureDoesNotMatch' };
  return { ok: true, key };
}

interface Signed {
  datetime: string | undefined;
  /** The `Content-Length` value, if it is signed. */
  length: string | undefined;
}

async function sign(storage: StorageSettings, method: string, url: URL, { datetime, length }: Signed): Promise<string> {
  const signer = new AwsV4Signer({
    method,
    url: url.toString(),
    accessKeyId: storage.accessKeyId,
    secretAccessKey: storage.secretAccessKey,
    service: 's3',
    region: 'auto',
    signQuery: true,
    allHeaders: true,
    ...(datetime === undefined ? {} : { datetime }),
    ...(length === undefined ? {} : { headers: { 'content-length': length } }),
  });
  return (await signer.sign()).url.toString();
}

function decodePath(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

function objectUrl(storage: StorageSettings, key: string): URL {
  return new URL(`${storage.endpoint}/${storage.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`);
}

function amzDate(ms: number): string {
  return new Date(ms).toISOString().replace(/[:-]|\.\d{3}/g, '');
}

function parseAmzDate(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
