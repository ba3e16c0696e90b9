// Opens, updates and completes installs, which are requests for a plugin from a Git repository. An install is an upload that Slipway
// fetches itself. It is claimed, evaluated and accepted like any other, but the server chooses its number, because the Git ref is its
// version (D22).
import { and, eq, inArray, not, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/sqlite-core';
import { type Actor, notFound } from '../../access/actor.ts';
import { ownerNamespace } from '../../access/owners.ts';
import type { ActorRef } from '../../contract/actor.ts';
import type { GitSource } from '../../contract/builder/sources.ts';
import { uploadLimits } from '../../contract/limits/uploads.ts';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import type { PluginKind } from '../../contract/states.ts';
import type { UploadId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { keptTrace } from '../../core/trace-context.ts';
import {
  insertWhere,
  previousChanged,
  qualified,
  readTogether,
  type Statement,
  writeAndRead,
} from '../../db/client.ts';
import { released } from '../../db/lease.ts';
import { type OwnerId, pluginVersions, uploads } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { enqueue, outboxMessage } from '../../events/outbox.ts';
import { record } from '../../events/record.ts';
import { buildingProblem } from '../building.ts';
import { nextVersionNumber } from '../uploads/open-upload.ts';
import { type Claim, type EnqueuedUpload, holdsLease, type Upload } from '../uploads/uploads.ts';
import { onlyStaged, selectOnlyStaged } from '../versions/stages.ts';

export interface Install {
  kind: GoKind;
  name: string;
  source: GitSource;
  description: string | null;
  /**
   * `new`: no plugin with that name may be installed or being installed. `known`: there must be one, or one whose install failed; the
   * update waits for an install in progress.
   */
  of: 'new' | 'known';
  /** True if the version waits for approval even where nothing demands it. */
  stage?: boolean;
  /** How the name gets to the version. Defaults to what the namespace says. */
  release?: Upload['release'];
}

interface Named {
  ownerId: OwnerId | SQL<OwnerId>;
  kind: PluginKind;
  name: string | typeof uploads.name;
}

/** SQL: a version with that name exists that wasn't rejected. */
export function isInstalled({ ownerId, kind, name }: Named): SQL {
  const installed = alias(pluginVersions, 'installed');
  return sql`exists (select 1 from ${pluginVersions} ${installed}
    where ${installed.ownerId} = ${ownerId} and ${installed.kind} = ${kind} and ${installed.name} = ${name} and ${installed.deletedAt} is null
      and ${installed.stage} is not 'rejected')`;
}

/** SQL: an install of that name, except the excluded one, is in progress. */
function isInstalling({ ownerId, kind, name }: Named, excluded: Upload['id'] | null): SQL {
  const other = alias(uploads, 'other');
  return sql`exists (select 1 from ${uploads} ${other}
    where ${other.ownerId} = ${ownerId} and ${other.kind} = ${kind} and ${other.name} = ${name} and ${other.status} = 'confirming' and ${other.id} is not ${excluded})`;
}

/** SQL: the name has a version, or an install that is in progress or was rejected. */
function isKnown(named: Named): SQL {
  const failed = alias(uploads, 'failed');
  return sql`(${isInstalled(named)} or exists (select 1 from ${uploads} ${failed}
    where ${failed.ownerId} = ${named.ownerId} and ${failed.kind} = ${named.kind} and ${failed.name} = ${named.name} and ${failed.status} in ('confirming', 'rejected')))`;
}

/** SQL: fewer installs of that name are in progress than the limit: one running and one waiting. */
function hasTurn({ ownerId, kind, name }: Named): SQL {
  const other = alias(uploads, 'other');
  return sql`(select count(*) from ${uploads} ${other}
    where ${other.ownerId} = ${ownerId} and ${other.kind} = ${kind} and ${other.name} = ${name} and ${other.status} = 'confirming') < 2`;
}

/**
 * Opens an install and enqueues it. The caller sends the message, or does the work itself. Installs of one name take turns
 * (`isItsTurn`), and only one can wait. `also` adds statements to the batch that run after the install's insert.
 */
export async function openInstall(
  deps: Pick<Deps, 'db' | 'ids' | 'clock' | 'queues' | 'trace'>,
  actor: Pick<Actor, 'organizationId' | 'ref'>,
  install: Install & { ownerId: OwnerId },
  also: (id: UploadId) => Statement[] = () => [],
): Promise<EnqueuedUpload> {
  const { db, ids, clock } = deps;
  const now = clock.now();
  const id = ids('upload');
  const { kind, name, source, description, of, ownerId, release = null, stage = false } = install;
  const named = { ownerId, kind, name };
  const row = {
    id,
    organizationId: actor.organizationId,
    ...named,
    ...nextVersionNumber(named, now),
    versionChosenByServer: true,
    description,
    source,
    toStage: stage,
    deployApproved: true,
    release,
    status: 'confirming' as const,
    attempts: 0,
    expiresAt: now + uploadLimits.installMs,
    traceparent: keptTrace(deps.trace),
    createdBy: actor.ref,
    createdAt: now,
    updatedAt: now,
  };
  const isFree =
    of === 'new' ? and(not(isInstalled(named)), not(isInstalling(named, null))) : and(isKnown(named), hasTurn(named));
  const event = { organizationId: actor.organizationId, namespaceId: ownerNamespace(ownerId), actor: actor.ref };
  const message = outboxMessage(deps, 'scans', { v: 1, type: 'advance-upload', id });
  const {
    created: [opened],
  } = await writeAndRead(
    db,
    [
      insertWhere(db, uploads, row, sql`${isFree}`),
      record(deps, { ...event, type: 'upload.created', subjectId: id, data: { name } }, previousChanged),
      enqueue(deps, message, previousChanged),
      ...also(id),
    ],
    { created: db.select().from(uploads).where(eq(uploads.id, id)) },
  );
  if (opened) return { upload: opened, message };
  throw await installProblem(deps, named, of);
}

/** Returns why `openInstall` opened nothing. */
async function installProblem(
  { db }: Pick<Deps, 'db'>,
  named: Named & { name: string },
  of: Install['of'],
): Promise<Problem> {
  const { name } = named;
  const known = of === 'new' ? isInstalled(named) : isKnown(named);
  const { facts, staged } = await readTogether(db, {
    facts: db.select({ known: qualified(known).mapWith(Boolean) }).from(sql`(select 1)`),
    staged: selectOnlyStaged(db, named),
  });
  const [row] = facts;
  if (of === 'known') return row?.known ? buildingProblem(name, 'is already being updated') : notFound('plugin', name);
  if (!row?.known) return buildingProblem(name, 'is already being installed');
  if (staged.length > 0) return onlyStaged(name);
  return new Problem('already-installed', `Plugin ${name} is already installed`, {
    details: { resource: 'plugin', name },
  });
}

/**
 * Records the commit that the ref resolved to, and the plugin's name if the caller chose none. Returns false if the name was taken in
 * the meantime.
 */
export async function recordSource(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  claim: Claim,
  source: GitSource,
  name: string,
): Promise<boolean> {
  const { ownerId, kind, id } = claim.upload;
  const named = { ownerId, kind, name };
  const isFree = sql`(${uploads.name} = ${name} or not (${isInstalled(named)} or ${isInstalling(named, id)}))`;
  const updated = await db
    .update(uploads)
    .set({ source, name, updatedAt: clock.now() })
    .where(and(holdsLease(claim), isFree))
    .returning({ id: uploads.id });
  return updated.length > 0;
}

/** Expires an install that produces no version, because its commit is already installed or its author has received the error. */
export async function completeInstall(
  deps: Pick<Deps, 'db' | 'clock' | 'ids'>,
  { id, organizationId, ownerId }: Upload,
  actor: ActorRef,
): Promise<void> {
  const { db, clock } = deps;
  const namespaceId = sql`(select ${uploads.ownerId} from ${uploads} where ${uploads.id} = ${id} and ${uploads.ownerId} <> ${organizationId})`;
  await db.batch([
    db
      .update(uploads)
      .set({ ...released, status: 'expired', updatedAt: clock.now() })
      .where(
        and(eq(uploads.id, id), eq(uploads.ownerId, ownerId), inArray(uploads.status, ['confirming', 'rejected'])),
      ),
    record(deps, { organizationId, namespaceId, actor, type: 'upload.expired', subjectId: id }, previousChanged),
  ]);
}
