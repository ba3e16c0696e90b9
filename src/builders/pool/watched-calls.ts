// Ends the wait for a call whose builder hangs. The call's own limit can't tell: a plugin may work that long.
import { BuilderError } from '../../contract/builder/errors.ts';
import { poolLimits } from '../../contract/limits/builder.ts';
import { askHealth, reportBuilder } from '../client.ts';
import type { Member, Pool } from './members.ts';

/** Returns whether the builder answers a request only once a plugin has. */
export function waitsForPlugin(path: string): boolean {
  return /^\/instances\/[^/]+\/invoke$/.test(path);
}

/** Sends a call. Rejects once its builder has missed several health checks in succession, so that the caller learns it and can retry. */
export async function sendWatched(
  pool: Pool,
  member: Member,
  send: (hung: AbortSignal) => Promise<Response>,
): Promise<Response> {
  const hung = new AbortController();
  let misses = 0;
  const check = async () => {
    misses = (await isAnswering(pool, member)) ? 0 : misses + 1;
    if (misses >= poolLimits.callMisses)
      hung.abort(new BuilderError('unreachable', 'The builder stopped answering during the call'));
  };
  const timer = setInterval(() => void check(), poolLimits.callCheckMs);
  try {
    return await send(hung.signal);
  } catch (error) {
    hung.signal.throwIfAborted();
    throw error;
  } finally {
    clearInterval(timer);
  }
}

/** Asks the builder, unless it answered another call's check a moment ago. */
async function isAnswering({ clock, sendOut, token }: Pool, member: Member): Promise<boolean> {
  if (clock.now() - member.answeredAt < poolLimits.callCheckMs / 2) return true;
  const { health } = await reportBuilder(member, () => askHealth({ url: member.url, token, sendOut }));
  if (health) member.answeredAt = clock.now();
  return health !== null;
}
