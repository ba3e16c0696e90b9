// What becomes of API keys: rotated, revoked.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { isoOrNull } from '../core/clock.ts';
import type { ApiKeyId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { previousChanged } from '../db/client.ts';
import { apiKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { type Actor, requireScope } from './actor.ts';
import { newKeySecret } from './key-secret.ts';
import {
  type ApiKey,
  isActive,
  mayAct,
  requireCovers,
  requireKey,
  requireMayAct,
  type ShownKey,
  selectKey,
  selectMayAct,
  stateOf,
  visibleTo,
} from './keys.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** A new secret at once, shown here only. The one before works too for so long; the one before that no more. */
export async function rotateKey(deps: WriteDeps, actor: Actor, id: ApiKeyId, overlapMs: number): Promise<ShownKey> {
  requireScope(actor, 'keys:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const before = requireKey(await selectKey(db, actor, id), id);
  requireCovers(actor, before);
  const { secret, hash, prefix } = await newKeySecret();
  const until = overlapMs > 0 ? now + overlapMs : null;
  const event = { organizationId: before.organizationId, namespaceId: null, subjectId: id, actor: actor.ref };
  const data = { name: before.name, prefix, previous_valid_until: isoOrNull(until) };
  const [[asking], rotated] = await db.batch([
    selectMayAct(db, actor, now),
    db
      .update(apiKeys)
      .set({ hash, prefix, previousHash: until === null ? null : before.hash, previousUntil: until })
      .where(and(eq(apiKeys.id, id), eq(apiKeys.hash, before.hash), isActive(now), mayAct(actor, now)))
      .returning(),
    record(deps, { ...event, type: 'key.rotated', data }, previousChanged),
  ]);
  requireMayAct(asking);
  const [key] = rotated;
  if (key) return { key, secret };
  const state = stateOf(before, now);
  const why = state === 'active' ? 'was rotated or revoked at this moment' : `is ${state}`;
  throw new Problem('conflict', `The key ${why}`, { details: { resource: 'key', id } });
}

/**
 * Whatever it opened it opens no more, but for the 10 s that an isolate remembers it. Once more is the same answer. The last
 * active key that may manage all keys stays, unless that is what is asked for: after it only the operator can make one.
 */
export async function revokeKey(deps: WriteDeps, actor: Actor, id: ApiKeyId, allowLast: boolean): Promise<ApiKey> {
  requireScope(actor, 'keys:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const event = { organizationId: actor.organizationId, namespaceId: null, subjectId: id, actor: actor.ref };
  const data = sql`(select json_object('name', ${apiKeys.name}, 'prefix', ${apiKeys.prefix}) from ${apiKeys} where ${apiKeys.id} = ${id})`;
  const [[asking], , , rows] = await db.batch([
    selectMayAct(db, actor, now),
    db
      .update(apiKeys)
      .set({ revokedAt: now, previousHash: null, previousUntil: null })
      .where(
        and(
          eq(apiKeys.id, id),
          visibleTo(actor),
          isNull(apiKeys.revokedAt),
          mayAct(actor, now),
          allowLast ? undefined : sql`not ${isLastManager(actor, id, now)}`,
        ),
      ),
    record(deps, { ...event, type: 'key.revoked', data }, previousChanged),
    selectKey(db, actor, id),
  ]);
  requireMayAct(asking);
  const key = requireKey(rows, id);
  if (key.revokedAt !== null) return key;
  throw new Problem('conflict', 'This is the last active key with keys:admin for all namespaces', {
    details: { resource: 'key', id },
  });
}

/** SQL: without it nobody in the organization could manage all keys. */
function isLastManager({ organizationId }: Actor, id: ApiKeyId, now: number): SQL {
  const managers = sql`select k.id from api_keys k where k.organization_id = ${organizationId} and k.revoked_at is null and (k.expires_at is null or k.expires_at > ${now}) and k.namespace_ids is null and exists (select 1 from json_each(k.scopes) s where s.value = 'keys:admin')`;
  return sql`(${id} in (${managers}) and (select count(*) from (${managers})) = 1)`;
}
