// Determines the client's address, and the address through which its request reached Slipway. A proxy that terminates TLS forwards
// requests over plain HTTP with the public URL's host name.
import type { Context } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { Deps } from '../../deps.ts';
import type { AppEnv } from '../context/context.ts';

type Reached = Pick<Deps, 'publicUrl' | 'storage'>;

/** Returns whether the client used the public URL's host name. */
export function isByPublicUrl({ publicUrl }: Pick<Deps, 'publicUrl'>, url: string): boolean {
  return publicUrl !== null && URL.parse(url)?.hostname === new URL(publicUrl).hostname;
}

/** Returns storage whose presigned URLs the requesting client can reach: a local store is part of this server. */
export function storageFor(deps: Reached, url: string): Deps['storage'] {
  return deps.storage.local ? { ...deps.storage, endpoint: `${originFor(deps, url)}/_s3` } : deps.storage;
}

/** Returns the origin that the client used. */
export function requestOrigin(c: Context<AppEnv>): string {
  return originFor(c.var.deps, c.req.url);
}

function originFor({ publicUrl }: Pick<Deps, 'publicUrl'>, url: string): string {
  return publicUrl !== null && isByPublicUrl({ publicUrl }, url) ? publicUrl : originOf(url);
}

/** The runtime has already normalized a request's URL. A request with two Host headers has one that can't be parsed. */
function originOf(url: string): string {
  return url.slice(0, pathBegin(url));
}

/** Refuses a request with several Host headers, which the runtime joins with commas (RFC 9112 §3.2). */
export function requireOneHost(url: string): void {
  if (!originOf(url).includes(',')) return;
  const message = 'The request has more than one Host header';
  throw new Problem('invalid-request', message, { fields: [{ path: ['header', 'host'], message, type: 'repeated' }] });
}

/** Returns the path as it was sent. */
export function pathOf(url: string): string {
  const [path = ''] = url.slice(pathBegin(url)).split('?', 1);
  return path;
}

function pathBegin(url: string): number {
  return url.indexOf('/', url.indexOf('//') + 2);
}

/** The address of all clients on this machine. */
export const loopback = 'loopback';

/**
 * Returns the client's address. On a self-hosted machine, the proxy in front of the public URL appends its client to `X-Forwarded-For`.
 * All other requests come from the machine itself, where anyone could send any header.
 */
export function clientAddress(c: Context<AppEnv>): string {
  const { deps } = c.var;
  if (!deps.storage.local) return networkOf(c.req.header('cf-connecting-ip') ?? 'unknown');
  if (!isByPublicUrl(deps, c.req.url)) return loopback;
  return networkOf(c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim() ?? 'unknown');
}

/** Returns an IPv6 address's /64 network, because a client can use any address in it. */
function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const halves = address.split('::').map((half) => half.split(':').filter((group) => group !== ''));
  const [left = [], right = []] = halves;
  const omitted = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0');
  return [...left, ...omitted, ...right].slice(0, 4).join(':');
}
