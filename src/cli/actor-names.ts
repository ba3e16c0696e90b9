// Shows actors of the audit log by name instead of by ID.
import type { components } from '../client/api.gen.d.ts';
import { ApiError } from '../client/errors.ts';
import type { Connection } from './connection/connect.ts';

type Actor = components['schemas']['Event']['actor'];

/** Returns a function that names an actor. A key may not be allowed to list the others; their IDs are shown then. */
export async function actorNames({ client, signal }: Connection): Promise<(actor: Actor) => string> {
  const names = new Map<string, string>();
  try {
    const { results } = await client.get('/v1/keys', { query: { limit: 100 }, signal });
    for (const { key_id, name } of results) names.set(key_id, name);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
  }
  return ({ id, type }) => names.get(id) ?? (type === 'key' ? id : type);
}
