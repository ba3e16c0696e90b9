// Stores, lists and deletes the models of a namespace. The content goes to the store by a presigned URL; confirming it checks its digest and
// format, and gives it its name.
import { and, asc, eq, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { type Actor, notFound, requireScope } from '../../access/actor.ts';
import { requireNamespace, selectNamespace, visibleTo } from '../../access/namespaces.ts';
import { modelLimits } from '../../contract/models.ts';
import type { NamespaceId } from '../../core/ids.ts';
import { type Page, type PageRequest, pageOf } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { insertWhere, previousChanged, readTogether, runInOrder, writeAndRead } from '../../db/client.ts';
import { namespaces } from '../../db/schema/access.ts';
import { deployments, isCurrent } from '../../db/schema/deploy.ts';
import { models } from '../../db/schema/models.ts';
import { plugins, pluginVersions } from '../../db/schema/registry.ts';
import type { Deps } from '../../deps.ts';
import { record } from '../../events/record.ts';
import { presign } from '../../registry/storage/presign.ts';
import { storeContent } from './content.ts';
import { type ModelContent, modelUploadKey, type NamedModel } from './model-keys.ts';

export type Model = typeof models.$inferSelect;

/** Returns the model if it has this content already, or else the URL that the content is to be sent to. Stores nothing. */
export async function requestModel(
  deps: Pick<Deps, 'db' | 'storage' | 'clock'>,
  actor: Actor,
  content: ModelContent,
): Promise<{ model: Model } | { url: string; expiresAt: number }> {
  requireScope(actor, 'plugins:write');
  const { db } = deps;
  const { spaces, existing } = await readTogether(db, {
    spaces: selectNamespace(db, actor, content.namespaceId),
    existing: db.select().from(models).where(isNamed(content)),
  });
  requireNamespace(spaces, content.namespaceId);
  const [model] = existing;
  if (model?.sha256 === content.sha256) return { model };
  const expiresInSeconds = modelLimits.uploadUrlSeconds;
  const signedAt = deps.clock.now();
  const url = await presign(deps.storage, { method: 'PUT', key: modelUploadKey(content), expiresInSeconds, signedAt });
  return { url, expiresAt: signedAt + expiresInSeconds * 1000 };
}

/**
 * Stores the content by its digest, then writes the row. *Dies before the row:* the content was not deleted where it was sent to, so that a
 * repeated confirm finds it. Content without a row is deleted by the sweep.
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
  const requested = await requestModel(deps, actor, content);
  if ('model' in requested) return requested.model;
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
  const { written } = await writeAndRead(
    db,
    [
      insertWhere(
        db,
        models,
        row,
        sql`${isVisible(actor, namespaceId)} and ${hasRoom(actor, content)}`,
        sql`on conflict do update set sha256 = excluded.sha256, size_bytes = excluded.size_bytes, waived_because = excluded.waived_because, updated_at = excluded.updated_at, updated_by = excluded.updated_by`,
      ),
      record(deps, event, previousChanged),
    ],
    { written: db.select().from(models).where(isNamed(content)) },
  );
  const [model] = written;
  if (model?.sha256 !== sha256) throw noRoom();
  deps.defer(deps.blobs.delete(modelUploadKey(content)));
  return model;
}

/** SQL: the namespace may have one more name, and the organization so many more bytes. */
function hasRoom({ organizationId }: Actor, content: ModelContent): SQL {
  const { namespaceId, sizeBytes } = content;
  const others = sql`(select coalesce(sum(${models.sizeBytes}), 0) from ${models} where ${models.organizationId} = ${organizationId} and not (${isNamed(content)}))`;
  const names = sql`(select count(*) from ${models} where ${models.namespaceId} = ${namespaceId} and ${models.name} <> ${content.name})`;
  return sql`${others} + ${sizeBytes} <= ${modelLimits.organizationBytesMax} and ${names} < ${modelLimits.perNamespaceMax}`;
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
  return pageOf(rows, limit, ({ name }) => name);
}

/** Refuses while deployments use it, unless forced: what runs keeps it, and fails when it is started again. */
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
    ],
    {},
    [],
  ]);
  requireNamespace(found.spaces, namespaceId);
  if (found.existing.length === 0) throw notFound('model', name);
  if (found.users.length > 0 && !force) throw inUse(name, [...new Set(found.users.map((user) => user.name))]);
}

/** SQL: the deployment is in progress or serves, and its version names the model. */
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

/** Deployments that the message names the plugins of. */
const usersNamed = 20;

function isVisible(actor: Actor, namespaceId: NamespaceId): SQL {
  return sql`exists (select 1 from ${namespaces} where ${and(visibleTo(actor), eq(namespaces.id, namespaceId))})`;
}

function isNamed({ namespaceId, name }: NamedModel): SQL | undefined {
  return and(eq(models.namespaceId, namespaceId), eq(models.name, name));
}

function eventOf({ organizationId, ref }: Actor, named: NamedModel) {
  const subjectId = sql`(select ${models.id} from ${models} where ${isNamed(named)})`;
  return { organizationId, namespaceId: named.namespaceId, actor: ref, subjectId };
}

function noRoom(): Problem {
  const gib = modelLimits.organizationBytesMax / 1024 ** 3;
  return new Problem(
    'conflict',
    `A namespace has at most ${modelLimits.perNamespaceMax} models, and an organization at most ${gib} GiB of them. Delete one that you no longer need: \`slipway models delete NAME\`.`,
  );
}

function inUse(name: string, users: string[]): Problem {
  return new Problem('in-use', `The model ${name} is used by ${users.join(', ')}`, {
    hint: 'Undeploy what uses it, or repeat this with `--force` (in the API, `?force=true`): what runs keeps the model, and fails when it is started again.',
    details: { resource: 'model', id: name, plugins: users },
  });
}
