// Counts a request's open stream.
import type { Context } from 'hono';
import type { Follower, Stream } from '../../following/streams.ts';
import { type AppEnv, requireActor } from '../context.ts';

/** Counts the request's stream, last of all that can refuse the request. Throws a 429 if its key or organization has too many. */
export function openStream(c: Context<AppEnv>, right: Pick<Follower, 'scope' | 'namespaceId'>): Stream {
  const { caches, credential } = c.var;
  return caches.following.streams.open({ ...right, actor: requireActor(c), credential, thing: c.req.path });
}
