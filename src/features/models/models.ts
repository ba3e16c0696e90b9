// Stores, lists and deletes a namespace's models. Content is uploaded through a presigned URL; requesting the URL reserves the size.
// Confirming the upload checks digest and format, and assigns the name.
import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace, visibleTo } from '../../access/visible-namespaces.ts';
import { storingLimits } from '../../contract/features/models/limits.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, toPage } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, runInOrder, writeAndRead } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { deployments, isCurrent } from '../../db/schema/deploy.ts';
import { models, modelUploads } from '../../db/schema/models.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { budgetLimit } from '../../limits/budgets.ts';
import { hasRoom, requireRoom, selectExceeded } from '../../limits/limit.ts';
import { type ModelContent, modelUploadKey, type NamedModel } from '../../models/model-keys.ts';
import { presign } from '../../registry/storage/presign.ts';
import { storeContent } from './content.ts';
import { matchesUpload, modelQuota, modelUploadQuota } from './quotas.ts';

export type Model = typeof models.$inferSelect;

/**
 * Returns the model if it already has this content; otherwise reserves the size and returns an upload URL. Repeating the request renews
 * the reservation.
 */
export async function requestModel(
  deps: Pick<Deps, 'db' | 'storage' | 'clock'>,
  actor: Actor,
  content: ModelContent,
): Promise<{ model: Model } | { url: string; expiresAt: number }> {
  requireScope(actor, 'plugins:write');
  const { db, clock } = deps;
  const { namespaceId } = content;
  const expiresInSeconds = storingLimits.uploadUrlSeconds;
  const now = clock.now();
  const expiresAt = now + expiresInSeconds * 1000;
  const limits = [
    modelUploadQuota(actor.organizationId, content),
    modelQuota(actor.organizationId, content),
    budgetLimit({ organizationId: actor.organizationId, namespaceId }, now, ['stored_bytes']),
  ];
  const row = { ...content, organizationId: actor.organizationId, createdAt: now, expiresAt };
  const isNew = sql`not exists (select 1 from ${models} where ${hasContent(content)})`;
  const found = await writeAndRead(db, [], {
    spaces: selectNamespace(db, actor, namespaceId),
    existing: db.select().from(models).where(hasContent(content)),
    exceeded: selectExceeded(db, limits),
    reserved: insertWhere(
      db,
      modelUploads,
      row,
      sql`${isVisible(actor, namespaceId)} and ${isNew} and ${hasName(content)} and ${hasRoom(limits)}`,
      sql`on conflict do update set size_bytes = excluded.size_bytes, expires_at = excluded.expires_at`,
    ),
    uploads: db.select({ sizeBytes: modelUploads.sizeBytes }).from(modelUploads).where(matchesUpload(content)),
  });
  requireNamespace(found.spaces, namespaceId);
  const [model] = found.existing;
  if (model) return { model };
  requireRoom(limits, found.exceeded);
  if (found.uploads.length === 0) throw tooManyNames();
  const key = modelUploadKey(content);
  return { url: await presign(deps.storage, { method: 'PUT', key, expiresInSeconds, signedAt: now }), expiresAt };
}

/**
 * Stores the content under its digest, then writes the row and ends the reservation. *Dies before the row:* content and reservation
 * remain, so a repeated confirm finds them. *Dies after:* the sweep deletes the upload.
 */
export async function confirmModel(
  deps: Deps,
  actor: Actor,
  { waivedBecause, ...content }: ModelContent & { waivedBecause: string | null },
): Promise<Model> {
  requireScope(actor, 'plugins:write');
  if (waivedBecause !== null) requireScope(actor, 'policy:admin');
  const { db, ids, clock } = deps;
  const { namespaceId, name, sha256, sizeBytes } = content;
  const confirmed = await keepReservation(deps, actor, content);
  if (confirmed) return confirmed;
  const waived = await storeContent(deps, actor.organizationId, content, waivedBecause);
  const now = clock.now();
  const row = {
    ...content,
    id: ids('model'),
    organizationId: actor.organizationId,
    waivedBecause: waived,
    createdAt: now,
    updatedAt: now,
    updatedBy: actor.ref,
  };
  const event = {
    ...eventOf(actor, content),
    type: 'model.set' as const,
    data: { name, sha256, size_bytes: sizeBytes, waived_because: waived },
  };
  const limits = [modelQuota(actor.organizationId, content)];
  const isReserved = sql`exists (select 1 from ${modelUploads} where ${matchesUpload(content)})`;
  const after = await writeAndRead(db, [], {
    exceeded: selectExceeded(db, limits),
    set: insertWhere(
      db,
      models,
      row,
      sql`${isVisible(actor, namespaceId)} and ${isReserved} and ${hasName(content)} and ${hasRoom(limits)}`,
      sql`on conflict do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes, waived_because = excluded.waived_because, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
    ),
    event: record(deps, event, previousChanged),
    released: db
      .delete(modelUploads)
      .where(and(matchesUpload(content), sql`exists (select 1 from ${models} where ${hasContent(content)})`)),
    written: db.select().from(models).where(hasContent(content)),
    uploads: db.select({ name: modelUploads.name }).from(modelUploads).where(matchesUpload(content)),
  });
  const [model] = after.written;
  if (!model) {
    requireRoom(limits, after.exceeded);
    throw after.uploads.length === 0 ? notRequested(name) : tooManyNames();
  }
  deps.defer(deps.blobs.delete(modelUploadKey(content)));
  return model;
}

/**
 * Returns the model if it already has this content. Otherwise requires a reservation for this size, and extends it long enough to store
 * the content.
 */
async function keepReservation(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  actor: Actor,
  content: ModelContent,
): Promise<Model | undefined> {
  const { name, namespaceId, sizeBytes } = content;
  const until = clock.now() + storingLimits.confirmMs;
  const found = await writeAndRead(db, [], {
    spaces: selectNamespace(db, actor, namespaceId),
    existing: db.select().from(models).where(hasContent(content)),
    kept: db
      .update(modelUploads)
      .set({ expiresAt: sql`max(${modelUploads.expiresAt}, ${until})` })
      .where(and(matchesUpload(content), isVisible(actor, namespaceId))),
    uploads: db.select({ sizeBytes: modelUploads.sizeBytes }).from(modelUploads).where(matchesUpload(content)),
  });
  requireNamespace(found.spaces, namespaceId);
  const [model] = found.existing;
  if (model) return model;
  const [upload] = found.uploads;
  if (!upload) throw notRequested(name);
  if (upload.sizeBytes === sizeBytes) return undefined;
  throw new Problem('integrity-mismatch', `${upload.sizeBytes} bytes were announced for the model, not ${sizeBytes}`, {
    hint: "Request the URL again with the file's size, upload the file there, then confirm again.",
  });
}

/** SQL: the namespace already has the name, or has fewer models than its limit. */
function hasName({ namespaceId, name }: NamedModel): SQL {
  const others = sql`(select count(*) from ${models} where ${models.namespaceId} = ${namespaceId} and ${models.name} <> ${name})`;
  return sql`${others} < ${storingLimits.perNamespaceMax}`;
}

/** SQL: the model has this content. */
function hasContent(content: ModelContent): SQL | undefined {
  return and(isNamed(content), eq(models.sha256, content.sha256));
}

export async function listModels(
  { db }: Pick<Deps, 'db'>,
  actor: Actor,
  namespaceId: NamespaceId,
  { limit, cursor }: PageRequest,
): Promise<Page<Model>> {
  requireScope(actor, 'plugins:read');
  const { spaces, rows } = await readTogether(db, {
    spaces: selectNamespace(db, actor, namespaceId),
    rows: db
      .select()
      .from(models)
      .where(and(eq(models.namespaceId, namespaceId), cursor ? gt(models.name, cursor) : undefined))
      .orderBy(asc(models.name))
      .limit(limit + 1),
  });
  requireNamespace(spaces, namespaceId);
  return toPage(rows, limit, ({ name }) => name);
}

/**
 * Deletes the model and the reservations for its unconfirmed content. Refuses while deployments use the model, unless forced: then
 * running instances keep it but fail at their next start.
 */
export async function deleteModel(
  deps: Deps,
  actor: Actor,
  { force, ...named }: NamedModel & { force: boolean },
): Promise<void> {
  requireScope(actor, 'plugins:write');
  const { db } = deps;
  const { namespaceId, name } = named;
  const existing = sql`exists (select 1 from ${models} where ${isNamed(named)})`;
  const free = force ? sql`true` : sql`not exists (select 1 from ${deployments} where ${uses(named)})`;
  const event = { ...eventOf(actor, named), type: 'model.deleted' as const, data: { name } };
  const found = await runInOrder(db, [
    {
      spaces: selectNamespace(db, actor, namespaceId),
      existing: db.select({ name: models.name }).from(models).where(isNamed(named)),
      uploads: db.select({ name: modelUploads.name }).from(modelUploads).where(isUploadNamed(named)),
      users: db
        .select({
          name: sql<string>`${sql`(select ${plugins.name} from ${plugins} where ${plugins.id} = ${deployments.pluginId})`}`,
        })
        .from(deployments)
        .where(uses(named))
        .limit(usersNamed),
    },
    [
      record(deps, event, sql`${isVisible(actor, namespaceId)} and ${existing} and ${free}`),
      db.delete(models).where(and(isNamed(named), previousChanged)),
      db.delete(modelUploads).where(and(isUploadNamed(named), isVisible(actor, namespaceId), free)),
    ],
    {},
    [],
  ]);
  requireNamespace(found.spaces, namespaceId);
  if (found.existing.length === 0 && found.uploads.length === 0) throw notFound('model', name);
  if (found.users.length > 0 && !force) throw inUse(name, [...new Set(found.users.map((user) => user.name))]);
}

/** SQL: the deployment is live or in progress, and its version names the model. */
function uses({ namespaceId, name }: NamedModel): SQL | undefined {
  const names = sql`json_each(coalesce(${pluginVersions.manifest}, '{}'), '$.models')`;
  return and(
    eq(deployments.namespaceId, namespaceId),
    isCurrent(),
    eq(deployments.type, 'realtime'),
    isNull(deployments.stopAfter),
    sql`exists (select 1 from ${pluginVersions} cross join ${names} named where ${pluginVersions.id} = ${deployments.versionId} and named.value = ${name})`,
  );
}

/** Most deployments whose plugins the message names. */
const usersNamed = 20;

function isVisible(actor: Actor, namespaceId: NamespaceId): SQL {
  return sql`exists (select 1 from ${namespaces} where ${and(visibleTo(actor), eq(namespaces.id, namespaceId))})`;
}

function isNamed({ namespaceId, name }: NamedModel): SQL | undefined {
  return and(eq(models.namespaceId, namespaceId), eq(models.name, name));
}

function isUploadNamed({ namespaceId, name }: NamedModel): SQL | undefined {
  return and(eq(modelUploads.namespaceId, namespaceId), eq(modelUploads.name, name));
}

function eventOf({ organizationId, ref }: Actor, named: NamedModel) {
  const subjectId = sql`(select ${models.id} from ${models} where ${isNamed(named)})`;
  return { organizationId, namespaceId: named.namespaceId, actor: ref, subjectId };
}

function tooManyNames(): Problem {
  return new Problem(
    'conflict',
    `A namespace has at most ${storingLimits.perNamespaceMax} models. Delete one that you no longer need: \`slipway models delete NAME\`.`,
  );
}

function notRequested(name: string): Problem {
  return new Problem('object-missing', `No upload URL is open for this content of the model ${name}`, {
    hint: 'Request the URL again, PUT the file there, then confirm again.',
  });
}

function inUse(name: string, users: string[]): Problem {
  return new Problem('in-use', `The model ${name} is used by ${users.join(', ')}`, {
    hint: 'Undeploy the plugins that use it, or repeat this with `--force` (in the API, `?force=true`): running instances then keep the model but fail at their next start.',
    details: { resource: 'model', id: name, plugins: users },
  });
}
