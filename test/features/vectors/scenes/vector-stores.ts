// Creates both kinds of vector store as in production: one on D1, and one over HTTP to the stand-in for Vectorize on loopback.
import { env } from 'cloudflare:workers';
import { systemClock } from '../../../../src/core/clock.ts';
import { idSource } from '../../../../src/core/ids.ts';
import { database } from '../../../../src/db/client.ts';
import type { VectorizeAccount } from '../../../../src/deps.ts';
import { embeddedVectors } from '../../../../src/features/vectors/embedded.ts';
import type { VectorStore } from '../../../../src/features/vectors/vector-store.ts';
import { vectorizeVectors } from '../../../../src/features/vectors/vectorize.ts';

export const newId = idSource(systemClock.now);

export function embedded(): VectorStore {
  return embeddedVectors(database(env.DB));
}

/** Returns a new account, unless its ID is passed. */
export function account(overrides: Partial<VectorizeAccount> = {}): VectorizeAccount {
  return { url: env.VECTORIZE_URL, accountId: newId('request'), token: env.VECTORIZE_API_TOKEN, ...overrides };
}

export function vectorize(
  overrides: Partial<VectorizeAccount> = {},
  send: (request: Request) => Promise<Response> = (request) => fetch(request),
): VectorStore {
  return vectorizeVectors(account(overrides), send);
}
