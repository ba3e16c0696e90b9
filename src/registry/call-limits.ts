// Sets and lists limits of calls (decision 138). serve/limits applies them; a change takes effect everywhere within 10 s.
import { and, asc, eq, gt, inArray, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../access/actor.ts';
import { requireKey, selectKey } from '../access/keys.ts';
import { isVisibleOwner, ownerNamespace } from '../access/owners.ts';
import type { CallLimit } from '../contract/call-limits.ts';
import type { PluginKind } from '../contract/states.ts';
import type { ApiKeyId } from '../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../core/page.ts';
import { previousChanged, qualified } from '../db/client.ts';
import { apiKeys } from '../db/schema/access.ts';
import { callLimits } from '../db/schema/call-limits.ts';
import { type OwnerId, plugins, pluginVersions } from '../db/schema/registry.ts';
import type { Deps } from '../deps.ts';
import { record } from '../events/record.ts';
import { ownVersionId, parseVersionKey } from './versions/versions.ts';

/** The subject of a limit: a key, all of a plugin's versions, or one version. */
export type LimitTarget =
  | { keyId: ApiKeyId }
  | { ownerId: OwnerId; kind: PluginKind; name: string }
  | { ownerId: OwnerId; slug: string };

type LimitRow = typeof callLimits.$inferSelect;
export type ShownLimit = Omit<LimitRow, 'organizationId' | 'updatedAt'> & { name: string };

type Subject = Pick<LimitRow, 'kind' | 'subjectId' | 'ownerId'> & { name: string };

/** Replaces the target's limit. Without any number, it has none from now on. */
export async function setCallLimit(
  deps: Pick<Deps, 'db' | 'ids' | 'clock'>,
  actor: Actor,
  target: LimitTarget,
  limit: CallLimit,
): Promise<ShownLimit> {
  const { db, clock } = deps;
  const { organizationId } = actor;
  const { name, ...subject } = await findSubject(deps, actor, target);
  const row = { ...subject, ...limit, organizationId, updatedAt: clock.now() };
  const isOther = sql`${callLimits.perMinute} is not ${limit.perMinute} or ${callLimits.atOnce} is not ${limit.atOnce}`;
  const hasNone = limit.perMinute === null && limit.atOnce === null;
  await db.batch([
    hasNone
      ? db.delete(callLimits).where(eq(callLimits.subjectId, subject.subjectId))
      : db
          .insert(callLimits)
          .values(row)
          .onConflictDoUpdate({
            target: callLimits.subjectId,
            set: { ...limit, updatedAt: row.updatedAt },
            setWhere: isOther,
          }),
    record(
      deps,
      {
        organizationId,
        namespaceId: ownerNamespace(subject.ownerId),
        actor: actor.ref,
        type: 'limit.changed',
        subjectId: subject.subjectId,
        data: { limited: subject.kind, name, calls_per_minute: limit.perMinute, calls_at_once: limit.atOnce },
      },
      previousChanged,
    ),
  ]);
  return { name, ...subject, ...limit };
}

async function findSubject({ db }: Pick<Deps, 'db'>, actor: Actor, target: LimitTarget): Promise<Subject> {
  if ('keyId' in target) {
    requireScope(actor, 'keys:admin');
    const { id, name } = requireKey(await selectKey(db, actor, target.keyId), target.keyId);
    return { kind: 'key', subjectId: id, ownerId: actor.organizationId, name };
  }
  const { ownerId } = target;
  requireScope(actor, 'namespaces:admin');
  const isVisible = isVisibleOwner(actor, ownerId);
  if ('slug' in target) {
    const versionId = ownVersionId(parseVersionKey(ownerId, target.slug));
    const [found] = await db
      .select({ subjectId: pluginVersions.id })
      .from(pluginVersions)
      .where(and(eq(pluginVersions.id, versionId), isVisible));
    if (!found) throw notFound('plugin', target.slug);
    return { kind: 'version', ...found, ownerId, name: target.slug };
  }
  const { kind, name } = target;
  const isNamed = and(eq(plugins.ownerId, ownerId), eq(plugins.kind, kind), eq(plugins.name, name));
  const [found] = await db.select({ subjectId: plugins.id }).from(plugins).where(and(isNamed, isVisible));
  if (!found) throw notFound('plugin', name);
  return { kind: 'plugin', ...found, ownerId, name };
}

/** Lists the limits that the actor may see. Limits of keys need `keys:admin`. */
export async function listCallLimits(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor = '' }: PageRequest,
): Promise<Page<ShownLimit>> {
  requireScope(actor, 'plugins:read');
  const { namespaceIds, organizationId, scopes } = actor;
  const { atOnce, kind, ownerId, perMinute, subjectId } = callLimits;
  const name = nameOfSubject();
  const rows = await db
    .select({ subjectId, kind, ownerId, perMinute, atOnce, name: qualified(name) })
    .from(callLimits)
    .where(
      and(
        eq(callLimits.organizationId, organizationId),
        gt(sql`${subjectId}`, cursor),
        scopes.has('keys:admin') && namespaceIds === null ? undefined : sql`${kind} <> 'key'`,
        namespaceIds === null ? undefined : inArray(ownerId, [...namespaceIds]),
        sql`${name} is not null`,
      ),
    )
    .orderBy(asc(subjectId))
    .limit(limit + 1);
  return toPage(rows, limit, (row) => row.subjectId);
}

/** SQL: the name of the limited subject; null if it is gone. */
function nameOfSubject(): SQL<string> {
  const { subjectId } = callLimits;
  const { deletedAt, major, minor, name, patch } = pluginVersions;
  const slug = sql`${name} || '_' || ${major} || '_' || ${minor} || '_' || ${patch}`;
  return sql<string>`coalesce(
    (select ${plugins.name} from ${plugins} where ${plugins.id} = ${subjectId}),
    (select ${slug} from ${pluginVersions} where ${and(eq(sql`${pluginVersions.id}`, subjectId), isNull(deletedAt))}),
    (select ${apiKeys.name} from ${apiKeys} where ${and(eq(sql`${apiKeys.id}`, subjectId), isNull(apiKeys.revokedAt))}))`;
}
