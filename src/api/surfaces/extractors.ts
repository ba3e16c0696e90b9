// Namespaced extractors, the catalogue's side: uploads, confirm, list, get, delete (mixpeek §5, rows 1, 2, 4-6).
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { notFound, requireScope, seesNamespace } from '../../access/actor.ts';
import { archiveBytesMax } from '../../archive/limits.ts';
import { formatVersion, parseVersion, pluginName } from '../../contract/manifest.ts';
import { iso } from '../../core/clock.ts';
import { isId } from '../../core/ids.ts';
import { pageLimitMax } from '../../core/page.ts';
import { Problem } from '../../core/problem.ts';
import { versionStanding } from '../../deploy/standing.ts';
import { confirmUpload, deleteVersion } from '../../pipeline.ts';
import { expired } from '../../registry/archives.ts';
import { listCatalogue } from '../../registry/catalogue.ts';
import { requestUpload } from '../../registry/publish.ts';
import { pluginIdOfVersion } from '../../registry/versions.ts';
import { type AppEnv, actorOf, namespaceIdOf } from '../context.ts';
import { emptyBodyIsNull, jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json, newRouter } from '../openapi.ts';
import {
  acceptedWire,
  confirmModel,
  documentModel,
  documentWire,
  listItemModel,
  listItemWire,
  pendingWire,
  rejectedModel,
  rejectedWire,
} from './extractor-wire.ts';

const common = { tags: ['Plugins'], security: bearer };
const inNamespace = z.object({ namespace_id: z.string() });
export const onePlugin = inNamespace.extend({ plugin_id: z.string() });

const versionText = z.string().transform((text, ctx) => {
  const version = parseVersion(text);
  if (version) return version;
  ctx.issues.push({ code: 'custom', message: 'must be three numbers, such as 1.0.0', input: text });
  return z.NEVER;
});

const uploadRequest = z
  .object({
    name: pluginName,
    version: versionText
      .nullish()
      .openapi({ type: 'string', description: 'Left out: the next patch of the highest version.' }),
    description: z.string().max(500).nullish(),
    file_size_bytes: z.int().positive().max(archiveBytesMax).nullish(),
    presigned_url_expiration: z
      .int()
      .min(60)
      .max(86_400)
      .nullish()
      .openapi({ description: 'Seconds; 3600 when left out.' }),
  })
  .openapi('PluginUploadRequest');

const uploadModel = z
  .object({
    upload_id: z.string(),
    presigned_url: z.url(),
    s3_key: z.string(),
    expires_at: z.iso.datetime(),
    organization_id: z.string(),
    namespace_id: z.string(),
    name: z.string(),
    version: z.string(),
    plugin_id: z.string(),
  })
  .openapi('PluginUpload');

const createUpload = createRoute({
  ...common,
  method: 'post',
  path: '/uploads',
  summary: 'Get a presigned URL for an archive',
  request: { params: inNamespace, body: body(uploadRequest) },
  responses: {
    200: json('PUT the archive to presigned_url, then confirm', uploadModel),
    ...errors(401, 403, 404, 409, 422),
  },
});

const confirmRequest = z
  .object({
    etag: z.string().nullish(),
    file_size_bytes: z.int().min(0).nullish(),
    message: z.string().max(2000).nullish(),
  })
  .nullable();

const confirm = createRoute({
  ...common,
  method: 'post',
  path: '/uploads/{upload_id}/confirm',
  summary: 'Confirm an upload: check, scan and publish it',
  request: { params: inNamespace.extend({ upload_id: z.string() }), body: body(confirmRequest, false) },
  responses: {
    200: json('Published, or still being scanned', confirmModel),
    400: json('Refused; the upload may be used no more unless it is an IntegrityError', rejectedModel),
    ...errors(401, 403, 404, 409, 422),
  },
});

const list = createRoute({
  ...common,
  method: 'get',
  path: '/',
  summary: 'List plugins',
  request: {
    params: inNamespace,
    query: z.object({
      name: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(pageLimitMax).default(pageLimitMax),
      offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
    }),
  },
  responses: {
    200: json(
      'Plugin versions',
      z.object({ success: z.literal(true), plugins: z.array(listItemModel), total: z.int(), namespace_id: z.string() }),
    ),
    ...errors(401, 403, 404, 422),
  },
});

const get = createRoute({
  ...common,
  method: 'get',
  path: '/{plugin_id}',
  summary: 'Get a plugin version',
  request: { params: onePlugin },
  responses: {
    200: json('The version', z.object({ success: z.literal(true), plugin: documentModel })),
    ...errors(401, 403, 404),
  },
});

const remove = createRoute({
  ...common,
  method: 'delete',
  path: '/{plugin_id}',
  summary: 'Delete a plugin version',
  request: { params: onePlugin },
  responses: {
    200: json(
      'Deleted',
      z.object({
        success: z.literal(true),
        plugin_id: z.string(),
        message: z.string(),
        deployment_removed: z.boolean(),
      }),
    ),
    ...errors(401, 403, 404),
  },
});

export function extractors(): OpenAPIHono<AppEnv> {
  const routes = newRouter();
  routes.use('/uploads/*', jsonAtMost(256 * 1024));
  routes.use('/uploads/:upload_id/confirm', emptyBodyIsNull);

  routes.openapi(createUpload, async (c) => {
    const { name, version, description, file_size_bytes, presigned_url_expiration } = c.req.valid('json');
    const namespaceId = namespaceIdOf(c.req.valid('param').namespace_id);
    const { upload, url } = await requestUpload(c.var.deps, actorOf(c), namespaceId, {
      name,
      ...(version ? { version } : {}),
      description: description ?? null,
      sizeBytes: file_size_bytes ?? null,
      expiresInSeconds: presigned_url_expiration ?? 3600,
    });
    const pluginId = pluginIdOfVersion(upload);
    const answer = {
      upload_id: upload.id,
      presigned_url: url,
      s3_key: `${namespaceId}/plugins/${upload.id}/${pluginId}.zip`,
      expires_at: iso(upload.expiresAt),
      organization_id: upload.organizationId,
      namespace_id: namespaceId,
      name,
      version: formatVersion(upload),
      plugin_id: pluginId,
    };
    return c.json(answer, 200);
  });

  routes.openapi(confirm, async (c) => {
    const { deps } = c.var;
    const { namespace_id, upload_id } = c.req.valid('param');
    const { etag, file_size_bytes, message } = c.req.valid('json') ?? {};
    const actor = actorOf(c);
    requireScope(actor, 'plugins:write');
    if (!isId('upload', upload_id))
      throw new Problem('not-found', `Upload not found: ${upload_id}`, {
        details: { resource: 'upload', id: upload_id },
      });
    const ownerId = namespaceIdOf(namespace_id);
    if (!seesNamespace(actor, ownerId)) throw notFound('namespace', ownerId);
    const scope = { ownerId, organizationId: actor.organizationId, actor: actor.ref };
    const said = {
      etag: etag ? etag.replaceAll(/^W\/|"/g, '') : null,
      sizeBytes: file_size_bytes ?? null,
      message: message ?? null,
    };
    const outcome = await confirmUpload(deps, upload_id, scope, said);
    switch (outcome.status) {
      case 'accepted':
        return c.json(acceptedWire(outcome, deps.storage.bucket), 200);
      case 'pending':
        return c.json(pendingWire(outcome), 200);
      case 'expired':
        throw expired(outcome.upload);
      case 'rejected':
        if (outcome.because === 'conflict') {
          throw new Problem(
            'version-exists',
            `Plugin ${outcome.upload.name}@${formatVersion(outcome.upload)} already exists in this namespace`,
            { details: { resource: 'plugin', id: pluginIdOfVersion(outcome.upload) } },
          );
        }
        return c.json(rejectedWire(outcome), 400);
    }
  });

  routes.openapi(list, async (c) => {
    const namespaceId = namespaceIdOf(c.req.valid('param').namespace_id);
    const { name, limit, offset } = c.req.valid('query');
    const { items, total } = await listCatalogue(c.var.deps, actorOf(c), namespaceId, {
      limit,
      offset,
      ...(name === undefined ? {} : { name }),
    });
    return c.json({ success: true as const, plugins: items.map(listItemWire), total, namespace_id: namespaceId }, 200);
  });

  routes.openapi(get, async (c) => {
    const actor = actorOf(c);
    requireScope(actor, 'plugins:read');
    const { namespace_id, plugin_id } = c.req.valid('param');
    const { version, standing } = await versionStanding(c.var.deps, actor, namespaceIdOf(namespace_id), plugin_id);
    return c.json({ success: true as const, plugin: documentWire(version, standing, c.var.deps.storage.bucket) }, 200);
  });

  routes.openapi(remove, async (c) => {
    const { namespace_id, plugin_id } = c.req.valid('param');
    const { wasLive } = await deleteVersion(c.var.deps, actorOf(c), namespaceIdOf(namespace_id), plugin_id);
    return c.json(
      { success: true as const, plugin_id, message: `Plugin ${plugin_id} was deleted`, deployment_removed: wasLive },
      200,
    );
  });
  return routes;
}
