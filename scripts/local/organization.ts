// The local organization, made once a state, and local.json, which tells scripts and people how to reach this Slipway.
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { createOrganization } from '../../src/access/organizations.ts';
import { systemActor } from '../../src/contract/events.ts';
import { systemClock } from '../../src/core/clock.ts';
import { sha256Hex } from '../../src/core/digest.ts';
import { idSource } from '../../src/core/ids.ts';
import { type Db, database } from '../../src/db/client.ts';
import { apiKeys } from '../../src/db/schema/access.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export const localSchema = z.object({
  url: z.string(),
  api_key: z.string(),
  namespace_id: z.string(),
  admin_token: z.string(),
  builder_url: z.string(),
});
/** What local.json holds (design §8a). */
export type Local = z.infer<typeof localSchema>;

export const localFile = (state: string) => join(state, 'local.json');

const quotas = { plugins_per_namespace: 1000 };

/** Kept across restarts while its key is in the database; otherwise a new organization is made. */
export async function ensureLocalOrganization(
  d1: D1Database,
  state: string,
  reach: Pick<Local, 'url' | 'admin_token' | 'builder_url'>,
): Promise<Local> {
  const db = database(d1);
  const kept = await readPrivateJson(localFile(state), localSchema);
  const identity = kept && (await isKnown(db, kept.api_key)) ? kept : await newIdentity(db);
  const local = {
    url: reach.url,
    api_key: identity.api_key,
    namespace_id: identity.namespace_id,
    admin_token: reach.admin_token,
    builder_url: reach.builder_url,
  };
  await writePrivateJson(localFile(state), local);
  return local;
}

async function isKnown(db: Db, key: string): Promise<boolean> {
  const row = await db.query.apiKeys.findFirst({ where: eq(apiKeys.hash, await sha256Hex(key)) });
  return row !== undefined;
}

async function newIdentity(db: Db): Promise<Pick<Local, 'api_key' | 'namespace_id'>> {
  const deps = { db, ids: idSource(systemClock.now), clock: systemClock };
  const made = await createOrganization(deps, { name: 'local', actor: systemActor, quotas });
  return { api_key: made.key, namespace_id: made.namespaceId };
}

/** The URL of a Slipway that answers for this very state now: one that knows its key. */
export async function runningOn(state: string): Promise<string | undefined> {
  const local = await readPrivateJson(localFile(state), localSchema);
  if (!local) return undefined;
  const headers = { authorization: `Bearer ${local.api_key}` };
  try {
    const response = await fetch(`${local.url}/v1/namespaces/${local.namespace_id}`, {
      headers,
      signal: AbortSignal.timeout(2000),
    });
    await response.body?.cancel();
    return response.ok ? local.url : undefined;
  } catch {
    return undefined;
  }
}
