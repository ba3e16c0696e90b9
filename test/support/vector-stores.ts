// Creates both kinds of vector store as in production: one on D1, and one over HTTP to the stand-in for Vectorize on loopback.
import { env } from 'cloudflare:workers';
import type { VectorStore } from '../../src/contract/vector-store.ts';
import { systemClock } from '../../src/core/clock.ts';
import { idSource } from '../../src/core/ids.ts';
import { database } from '../../src/db/client.ts';
import { embeddedVectors } from '../../src/vectors/embedded.ts';
import { type VectorizeAccount, vectorizeVectors } from '../../src/vectors/vectorize.ts';

export const newId = idSource(systemClock.now);

export function embedded(): VectorStore {
  return embeddedVectors(database(env.DB));
}

/** Uses a new account unless one is passed. */
export function vectorize(
  overrides: Partial<VectorizeAccount> = {},
  send: (request: Request) => Promise<Response> = (request) => fetch(request),
): VectorStore {
  const account = { url: env.VECTORIZE_URL, accountId: newId('request'), token: env.VECTORIZE_API_TOKEN };
  return vectorizeVectors({ ...account, ...overrides }, send);
}
