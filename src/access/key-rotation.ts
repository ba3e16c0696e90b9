// Rotates and revokes API keys.
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { authorIds } from '../contract/events/authors.ts';
import { isoOrNull } from '../core/clock.ts';
import type { ApiKeyId } from '../core/ids.ts';
import { Problem } from '../core/problem.ts';
import { previousChanged, runInOrder } from '../db/client.ts';
import { listWith } from '../db/columns.ts';
import { apiKeys } from '../db/schema/access.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { peopleOf } from '../points.ts';
import { type Actor, requireScope } from './actor.ts';
import { newKeySecret } from './key-secret.ts';
import {
  type ApiKey,
  isActive,
  type KeyWithSecret,
  keyState,
  mayAct,
  requireCovers,
  requireKey,
  requireMayAct,
  selectKey,
  selectMayAct,
  visibleTo,
} from './keys.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock'>;

/** Replaces the key's secret. The previous secret works for another `overlapMs`; the one before it stops working immediately. */
export async function rotateKey(
  deps: WriteDeps,
  actor: Actor,
  id: ApiKeyId,
  overlapMs: number,
): Promise<KeyWithSecret> {
  requireScope(actor, 'keys:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const before = requireKey(await selectKey(db, actor, id), id);
  requireCovers(actor, before);
  if (before.personId !== null && before.personId !== actor.personId)
    throw new Problem('forbidden', 'Only its person can rotate a personal key. You can revoke it.');
  const { secret, hash, prefix } = await newKeySecret();
  const until = overlapMs > 0 ? now + overlapMs : null;
  const event = { organizationId: before.organizationId, namespaceId: null, subjectId: id, actor: actor.ref };
  const data = { name: before.name, prefix, previous_valid_until: isoOrNull(until) };
  const update = db
    .update(apiKeys)
    .set({
      hash,
      prefix,
      previousHash: until === null ? null : before.hash,
      previousUntil: until,
      madeBy: listWith(apiKeys.madeBy, authorIds(actor.ref)),
    })
    .where(and(eq(apiKeys.id, id), eq(apiKeys.hash, before.hash), isActive(now), mayAct(actor, now)))
    .returning();
  const rotation = await runInOrder(db, [
    { access: selectMayAct(db, actor, now), keys: update },
    [record(deps, { ...event, type: 'key.rotated', data }, previousChanged)],
    {},
    [],
  ]);
  requireMayAct(rotation.access);
  const [key] = rotation.keys;
  if (key) return { key, secret };
  const state = keyState(before, now);
  const message =
    state === 'active' ? 'Another request rotated or revoked the key. Fetch it and retry.' : `The key is ${state}`;
  throw new Problem('conflict', message, { details: { resource: 'key', id } });
}

/**
 * Revokes the key. Both secrets stop working, in other isolates when their cache expires. Revoking the key again returns the same
 * result. The last active key that can manage all keys is revoked only if `allowLast` is true, because afterwards only the operator can
 * create keys.
 */
export async function revokeKey(
  deps: WriteDeps & Pick<Deps, 'features'>,
  actor: Actor,
  id: ApiKeyId,
  allowLast: boolean,
): Promise<ApiKey> {
  requireScope(actor, 'keys:admin');
  const { db, clock } = deps;
  const now = clock.now();
  const event = { organizationId: actor.organizationId, namespaceId: null, subjectId: id, actor: actor.ref };
  const data = sql`(select json_object('name', ${apiKeys.name}, 'prefix', ${apiKeys.prefix}) from ${apiKeys} where ${apiKeys.id} = ${id})`;
  const revocation = db
    .update(apiKeys)
    .set({ revokedAt: now, previousHash: null, previousUntil: null })
    .where(
      and(
        eq(apiKeys.id, id),
        visibleTo(actor),
        isNull(apiKeys.revokedAt),
        mayAct(actor, now),
        allowLast ? undefined : sql`not ${isLastAdminKey(deps, actor, id)}`,
      ),
    );
  const after = await runInOrder(db, [
    { access: selectMayAct(db, actor, now) },
    [revocation, record(deps, { ...event, type: 'key.revoked', data }, previousChanged)],
    { keys: selectKey(db, actor, id) },
    [],
  ]);
  requireMayAct(after.access);
  const key = requireKey(after.keys, id);
  if (key.revokedAt !== null) return key;
  throw new Problem(
    'conflict',
    'This is the last active key with keys:admin for all namespaces. Create another one first, or repeat with allow_last=true.',
    { details: { resource: 'key', id } },
  );
}

/** SQL: the key is the organization's only active key that can manage all keys, and it has no owner who could sign in. */
function isLastAdminKey(
  { clock, features }: Pick<Deps, 'clock' | 'features'>,
  { organizationId }: Actor,
  id: ApiKeyId,
): SQL {
  const isAdminKey = and(
    eq(apiKeys.organizationId, organizationId),
    isActive(clock.now()),
    isNull(apiKeys.namespaceIds),
    eq(apiKeys.kind, 'service'),
    sql`exists (select 1 from json_each(${apiKeys.scopes}) scope where scope.value = 'keys:admin')`,
  );
  const adminKeys = sql`select ${apiKeys.id} from ${apiKeys} where ${isAdminKey}`;
  const hasOwner = peopleOf({ features })?.hasOwner(organizationId) ?? sql`false`;
  return sql`(${id} in (${adminKeys}) and (select count(*) from (${adminKeys})) = 1 and not ${hasOwner})`;
}
