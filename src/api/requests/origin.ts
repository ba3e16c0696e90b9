// The address by which a request reached Slipway. A proxy that ends TLS passes on plain HTTP with the name of the public URL.
import type { Context } from 'hono';
import type { Deps } from '../../deps.ts';
import type { AppEnv } from '../context.ts';

type Reached = Pick<Deps, 'publicUrl' | 'storage'>;

/** Whether the client named the host of the public URL. */
export function isByPublicUrl({ publicUrl }: Pick<Deps, 'publicUrl'>, url: string): boolean {
  return publicUrl !== null && new URL(url).hostname === new URL(publicUrl).hostname;
}

/** Returns where presigned URLs lead, which is where the client that asks for them came to. */
export function storageFor(deps: Reached, url: string): Deps['storage'] {
  return isByPublicUrl(deps, url) ? { ...deps.storage, endpoint: `${deps.publicUrl}/_s3` } : deps.storage;
}

/** Returns the origin that the client used. */
export function requestOrigin(c: Context<AppEnv>): string {
  const { deps } = c.var;
  return deps.publicUrl !== null && isByPublicUrl(deps, c.req.url) ? deps.publicUrl : new URL(c.req.url).origin;
}
