// Gives, lists and revokes grants for an organization's administrators.
import { and, asc, eq, gt, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import type { ActorRef } from '../../contract/actor.ts';
import { addPermissions } from '../../contract/plugin/grants.ts';
import type { Permissions } from '../../contract/plugin/permissions.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { previousChanged, writeAndRead } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { pluginGrants } from '../../db/schema/grants.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, sendNow } from '../../events/outbox.ts';
import { homeNamespaceId } from '../../registry/go/home-namespace.ts';
import { enforcement, grantStatements, type Plugin, revokedEvent } from '../../registry/grants/grants.ts';

type WriteDeps = Pick<Deps, 'db' | 'ids' | 'clock' | 'queues' | 'log' | 'defer'>;

export const grantableKinds = ['extractor', 'pipeline', 'storage'] as const;

/** Identifies one of the organization's plugins. */
export interface GrantSubject {
  kind: (typeof grantableKinds)[number];
  name: string;
  /**
   * ID or name of an extractor's namespace; null for an extractor of the organization itself. Go plugins are in the default namespace.
   */
  namespace: string | null;
}

export interface Grant {
  plugin: Plugin;
  permissions: Permissions;
  grantedBy: ActorRef;
  createdAt: number;
  updatedAt: number;
}

const hasVersions = sql`exists (select 1 from ${pluginVersions} where ${pluginVersions.pluginId} = ${plugins.id} and ${pluginVersions.deletedAt} is null)`;

function isSubject(actor: Actor, { kind, name, namespace }: GrantSubject): SQL | undefined {
  const matches = sql`${namespaces.organizationId} = ${actor.organizationId} and ${namespaces.deletedAt} is null`;
  const named = sql`(select ${namespaces.id} from ${namespaces} where ${matches} and (${namespaces.id} = ${namespace} or ${namespaces.name} = ${namespace}) order by ${namespaces.id} <> ${namespace} limit 1)`;
  const own = namespace === null ? sql`${actor.organizationId}` : named;
  const ownerId = kind === 'extractor' ? own : homeNamespaceId(actor);
  return and(sql`${plugins.ownerId} = ${ownerId}`, eq(plugins.kind, kind), eq(plugins.name, name), hasVersions);
}

const grantFields = {
  plugin: plugins,
  permissions: pluginGrants.permissions,
  grantedBy: pluginGrants.grantedBy,
  createdAt: pluginGrants.createdAt,
  updatedAt: pluginGrants.updatedAt,
};

/** Lists the organization's grants, oldest plugin first. */
export async function listGrants(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  { limit, cursor }: PageRequest,
): Promise<Page<Grant>> {
  requireScope(actor, 'policy:admin');
  const after = cursor === undefined ? undefined : gt(sql`${pluginGrants.pluginId}`, cursor);
  const rows = await db
    .select(grantFields)
    .from(pluginGrants)
    .innerJoin(plugins, eq(plugins.id, pluginGrants.pluginId))
    .where(and(eq(pluginGrants.organizationId, actor.organizationId), after))
    .orderBy(asc(pluginGrants.pluginId))
    .limit(limit + 1);
  return toPage(rows, limit, ({ plugin }) => plugin.id);
}

/** Replaces or extends the plugin's grant. Stops instances that ask for more. */
export async function putGrant(
  deps: WriteDeps,
  actor: Actor,
  subject: GrantSubject,
  given: { permissions: Permissions; add: boolean },
): Promise<Grant> {
  requireScope(actor, 'policy:admin');
  const { db } = deps;
  const plugin = await findPlugin(deps, actor, subject);
  const isGrant = eq(pluginGrants.pluginId, plugin.id);
  const [before] = given.add ? await db.select().from(pluginGrants).where(isGrant) : [];
  const permissions = given.add ? addPermissions(before?.permissions ?? null, given.permissions) : given.permissions;
  const message = enforcement(deps, plugin.id);
  const replaces = given.add ? (before?.permissions ?? null) : undefined;
  const writes = grantStatements(deps, plugin, { permissions, replaces }, actor.ref);
  const { grants } = await writeAndRead(db, [...writes, enqueue(deps, message, previousChanged)], {
    grants: db.select().from(pluginGrants).where(isGrant),
  });
  const [grant] = grants;
  if (!grant) throw notFound('plugin', subject.name);
  if (JSON.stringify(grant.permissions) !== JSON.stringify(permissions))
    throw new Problem('conflict', `The grant for ${subject.name} was changed at the same time`);
  deps.defer(sendNow(deps, message));
  return { ...grant, plugin };
}

async function findPlugin({ db }: Pick<Deps, 'db'>, actor: Actor, subject: GrantSubject): Promise<Plugin> {
  const [plugin] = await db.select().from(plugins).where(isSubject(actor, subject));
  if (!plugin) throw notFound('plugin', subject.name);
  return plugin;
}

/** Revokes the plugin's entire grant and stops the instances that use it. Does nothing if there is no grant. */
export async function revokeGrant(deps: WriteDeps, actor: Actor, subject: GrantSubject): Promise<Plugin> {
  requireScope(actor, 'policy:admin');
  const plugin = await findPlugin(deps, actor, subject);
  const message = enforcement(deps, plugin.id);
  await deps.db.batch([
    deps.db.delete(pluginGrants).where(eq(pluginGrants.pluginId, plugin.id)),
    revokedEvent(deps, plugin, actor.ref),
    enqueue(deps, message, previousChanged),
  ]);
  deps.defer(sendNow(deps, message));
  return plugin;
}
