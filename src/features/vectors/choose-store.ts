// Chooses the store of the namespaces' vectors: Cloudflare Vectorize if the operator has set an account, or else the database.
import type { Deps } from '../../deps.ts';
import { embeddedVectors } from './embedded.ts';
import type { VectorStore } from './vector-store.ts';
import { vectorizeVectors } from './vectorize.ts';

export function vectorStore({ db, vectorize }: Pick<Deps, 'db' | 'vectorize'>): VectorStore {
  return vectorize ? vectorizeVectors(vectorize, (request) => fetch(request)) : embeddedVectors(db);
}
