// Installs: wishes to have a plugin of a Git repository. Each is an upload that Slipway fetches by itself: claimed, judged and
// accepted like any other, with its number chosen by the server, since the ref is its version (D22).
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound } from '../../access/actor.ts';
import { defaultNamespaceName } from '../../access/namespaces.ts';
import type { ActorRef } from '../../contract/events.ts';
import type { GitSource } from '../../contract/go-plugins.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { type Claim, holdsLease, nextVersionNumber, type Upload } from '../uploads/uploads.ts';

export type GoKind = Extract<PluginKind, 'pipeline' | 'storage'>;

export interface Install {
  kind: GoKind;
  name: string;
  source: GitSource;
  description: string | null;
  /** Whether there has to be a plugin of that name, or must not be one. */
  of: 'new' | 'installed';
}

const dayMs = 24 * 3600 * 1000;

/** SQL: the id of the namespace that an organization's Go plugins live in (D20). */
export function homeNamespaceId({ organizationId }: Pick<Actor, 'organizationId'>): SQL<NamespaceId> {
  return sql<NamespaceId>`(select ${namespaces.id} from ${namespaces} where ${and(eq(namespaces.organizationId, organizationId), eq(namespaces.name, defaultNamespaceName), isNull(namespaces.deletedAt))})`;
}

/** A statement for a batch: the namespace of `homeOf`, or no row. */
export function selectHomeNamespace(db: Deps['db'], actor: Actor) {
  return db
    .select({ id: namespaces.id })
    .from(namespaces)
    .where(eq(namespaces.id, homeNamespaceId(actor)));
}

/** A key that is bound to other namespaces doesn't see it. */
export function requireHomeNamespace([row]: { id: NamespaceId }[], { namespaceIds }: Actor): NamespaceId {
  if (!row || (namespaceIds !== null && !namespaceIds.has(row.id))) throw notFound('namespace', defaultNamespaceName);
  return row.id;
}

export async function homeNamespace({ db }: Pick<Deps, 'db'>, actor: Actor): Promise<NamespaceId> {
  return requireHomeNamespace(await selectHomeNamespace(db, actor), actor);
}

interface Named {
  ownerId: NamespaceId;
  kind: GoKind;
  name: string;
}

/** SQL: a version of that name stands. */
export function isInstalled({ ownerId, kind, name }: Named): SQL {
  return sql`exists (select 1 from ${pluginVersions} v where v.owner_id = ${ownerId} and v.kind = ${kind} and v.name = ${name} and v.deleted_at is null)`;
}

function isInstalling({ ownerId, kind, name }: Named, but: Upload['id'] | null): SQL {
  return sql`exists (select 1 from ${uploads} u where u.owner_id = ${ownerId} and u.kind = ${kind} and u.name = ${name} and u.status = 'confirming' and u.id is not ${but})`;
}

/** One at a time of a name: the row of the first one keeps others away until it has ended. */
export async function openInstall(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'queues'>,
  actor: Actor,
  ownerId: NamespaceId,
  install: Install,
): Promise<Upload> {
  const { db, ids, clock } = deps;
  const now = clock.now();
  const id = ids('upload');
  const { kind, name, source, description, of } = install;
  const named = { ownerId, kind, name };
  const wanted = of === 'new' ? sql`not ${isInstalled(named)}` : isInstalled(named);
  const row = {
    id,
    organizationId: actor.organizationId,
    ...named,
    ...nextVersionNumber(named, now),
    versionChosenByServer: true,
    description,
    source,
    status: 'confirming' as const,
    attempts: 0,
    expiresAt: now + dayMs,
    createdBy: actor.ref,
    createdAt: now,
    updatedAt: now,
  };
  const event = { organizationId: actor.organizationId, namespaceId: ownerId, actor: actor.ref };
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'advance-upload', id });
  const [, , , [opened]] = await db.batch([
    insertWhere(db, uploads, row, and(wanted, sql`not ${isInstalling(named, null)}`) ?? sql`false`),
    record(deps, { ...event, type: 'upload.created', subjectId: id, data: { name } }, previousChanged),
    enqueue(deps, message, previousChanged),
    db.select().from(uploads).where(eq(uploads.id, id)),
  ]);
  if (opened) return opened;
  throw await installProblem(deps, named, of);
}

async function installProblem({ db }: Pick<Deps, 'db'>, named: Named, of: Install['of']): Promise<Problem> {
  const [row] = await db.select({ installed: isInstalled(named).mapWith(Boolean) }).from(sql`(select 1)`);
  if (of === 'installed' && !row?.installed) return notFound('plugin', named.name);
  const words = row?.installed ? 'is installed already' : 'is being installed right now';
  return new Problem(
    'already-installed',
    `Plugin ${named.name} ${of === 'installed' ? 'is being updated right now' : words}`,
    {
      details: { resource: 'plugin', name: named.name },
    },
  );
}

/** The commit was looked up, and with it the name where the caller chose none. False: the name is another's by now. */
export async function recordSource(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  claim: Claim,
  source: GitSource,
  name: string,
): Promise<boolean> {
  const { ownerId, kind, id } = claim.upload;
  const named = sql`${uploads.name} = ${name} or not (exists (select 1 from ${pluginVersions} v where v.owner_id = ${ownerId} and v.kind = ${kind} and v.name = ${name} and v.deleted_at is null) or exists (select 1 from ${uploads} u where u.owner_id = ${ownerId} and u.kind = ${kind} and u.name = ${name} and u.status = 'confirming' and u.id <> ${id}))`;
  const settled = await db
    .update(uploads)
    .set({ source, name, updatedAt: clock.now() })
    .where(and(holdsLease(claim), sql`(${named})`))
    .returning({ id: uploads.id });
  return settled.length > 0;
}

/** Nothing came of it, and nothing is to be told of it: the commit is the one that is installed, or its author has heard why. */
export async function completeInstall(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, organizationId, ownerId }: Upload,
  actor: ActorRef,
): Promise<void> {
  const { db, clock } = deps;
  const unfinished = sql`${uploads.status} in ('confirming', 'rejected')`;
  const namespaceId = sql`(select owner_id from ${uploads} where id = ${id} and owner_id <> ${organizationId})`;
  await db.batch([
    db
      .update(uploads)
      .set({ status: 'expired', leaseToken: null, leaseUntil: null, updatedAt: clock.now() })
      .where(and(eq(uploads.id, id), eq(uploads.ownerId, ownerId), unfinished)),
    record(deps, { organizationId, namespaceId, actor, type: 'upload.expired', subjectId: id }, previousChanged),
  ]);
}
