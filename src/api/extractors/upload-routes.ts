// Uploads on either extractor surface: the presigned URL, and the confirm that publishes (mixpeek §4.1, §4.2).
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { requireScope } from '../../access/actor.ts';
import { formatOwner, namespaceOf } from '../../access/owners.ts';
import { uploadBytesMax } from '../../archive/limits.ts';
import { apiLimits, uploadLimits } from '../../contract/limits.ts';
import { formatVersion, parseVersion, pluginName } from '../../contract/manifest.ts';
import { iso } from '../../core/clock.ts';
import { isId } from '../../core/ids.ts';
import { Problem } from '../../core/problem.ts';
import { confirmUpload } from '../../pipeline.ts';
import { uploadExpired } from '../../registry/storage/archives.ts';
import type { UploadOutcome } from '../../registry/uploads/outcomes.ts';
import { requestUpload } from '../../registry/uploads/request-upload.ts';
import { versionSlug } from '../../registry/versions/versions.ts';
import { type AppEnv, actorOf } from '../context.ts';
import { emptyBodyIsNull, jsonAtMost } from '../middleware.ts';
import { bearer, body, errors, json, refusalModels } from '../openapi/route-definitions.ts';
import type { ExtractorSurface } from './surface.ts';
import { acceptedWire, confirmModel, pendingWire, rejectedModel, rejectedWire } from './upload-wire.ts';

/** As it is published: the transformation has no schema of its own. */
export const versionSchema = {
  type: 'string',
  pattern: '^v?[0-9]{1,9}([.][0-9]{1,9}){0,2}$',
  example: '1.0.0',
} as const;

export const versionText = z
  .string()
  .transform((text, ctx) => {
    const version = parseVersion(text);
    if (version) return version;
    ctx.issues.push({ code: 'custom', message: 'must be three numbers, such as 1.0.0', input: text });
    return z.NEVER;
  })
  .openapi(versionSchema);

const uploadRequest = z
  .object({
    name: pluginName,
    version: versionText
      .nullish()
      .openapi({ ...versionSchema, type: ['string', 'null'], description: 'Left out: the next patch of the highest.' }),
    description: z.string().max(500).nullish(),
    file_size_bytes: z.int().positive().max(uploadBytesMax).nullish(),
    presigned_url_expiration: z
      .int()
      .min(60)
      .max(uploadLimits.urlMaxSeconds)
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
    namespace_id: z.string().nullable(),
    name: z.string(),
    version: z.string(),
    plugin_id: z.string(),
  })
  .openapi('PluginUpload');

const confirmRequest = z
  .object({
    etag: z.string().nullish(),
    file_size_bytes: z.int().min(0).nullish(),
    message: z.string().max(2000).nullish(),
  })
  .nullable();

export const verdictResponses = {
  200: json('Published, or still being scanned', confirmModel),
  400: json(
    'Rejected for good; or refused: an UploadExpiredError, or an IntegrityError after which it may be confirmed again',
    z.union([rejectedModel, refusalModels.Error]),
  ),
};

export function addUploads(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  routes.use('/uploads/*', jsonAtMost(apiLimits.uploadRequestBytes));
  routes.use('/uploads/:upload_id/confirm', emptyBodyIsNull);

  const create = createRoute({
    tags: [tag],
    security: bearer,
    method: 'post',
    path: '/uploads',
    operationId: `create${noun}Upload`,
    summary: 'Get a presigned URL for an archive',
    request: { params, body: body(uploadRequest) },
    responses: {
      200: json('PUT the archive to presigned_url, then confirm', uploadModel),
      ...errors(401, 403, 404, 409, 422),
    },
  });
  routes.openapi(create, async (c) => {
    const { name, version, description, file_size_bytes, presigned_url_expiration } = c.req.valid('json');
    const ownerId = ownerOf(c);
    const { upload, url } = await requestUpload(c.var.deps, actorOf(c), ownerId, {
      name,
      ...(version ? { version } : {}),
      description: description ?? null,
      sizeBytes: file_size_bytes ?? null,
      expiresInSeconds: presigned_url_expiration ?? uploadLimits.urlDefaultSeconds,
    });
    const pluginId = versionSlug(upload);
    const answer = {
      upload_id: upload.id,
      presigned_url: url,
      s3_key: `${ownerId}/plugins/${upload.id}/${pluginId}.zip`,
      expires_at: iso(upload.expiresAt),
      organization_id: upload.organizationId,
      namespace_id: namespaceOf(ownerId),
      name,
      version: formatVersion(upload),
      plugin_id: pluginId,
    };
    return c.json(answer, 200);
  });

  const confirm = createRoute({
    tags: [tag],
    security: bearer,
    method: 'post',
    path: '/uploads/{upload_id}/confirm',
    operationId: `confirm${noun}Upload`,
    summary: 'Confirm an upload: check, scan and publish it',
    request: { params: params.extend({ upload_id: z.string() }), body: body(confirmRequest, false) },
    responses: { ...verdictResponses, ...errors(401, 403, 404, 409, 422) },
  });
  routes.openapi(confirm, async (c) => {
    const id = c.req.param('upload_id');
    const { etag, file_size_bytes, message } = c.req.valid('json') ?? {};
    const actor = actorOf(c);
    requireScope(actor, 'plugins:write');
    const scope = { ownerId: ownerOf(c), organizationId: actor.organizationId, actor: actor.ref };
    if (!isId('upload', id))
      throw new Problem('not-found', `Upload not found: ${id}`, { details: { resource: 'upload', id } });
    const said = {
      etag: etag ? etag.replaceAll(/^W\/|"/g, '') : null,
      sizeBytes: file_size_bytes ?? null,
      message: message ?? null,
    };
    return answerOutcome(c, await confirmUpload(c.var.deps, id, scope, said));
  });
}

/** The verdict as the client hears it. */
export function answerOutcome(c: Context<AppEnv>, outcome: UploadOutcome) {
  const { bucket } = c.var.deps.storage;
  switch (outcome.status) {
    case 'accepted':
      return c.json(acceptedWire(outcome, bucket), 200);
    case 'pending':
      return c.json(pendingWire(outcome, bucket), 200);
    case 'expired':
      throw uploadExpired(outcome.upload);
    case 'rejected':
      if (outcome.because === 'conflict') throw numberTaken(outcome.upload);
      return c.json(rejectedWire(outcome), 400);
  }
}

function numberTaken(upload: UploadOutcome['upload']): Problem {
  const words = `Plugin ${upload.name}@${formatVersion(upload)} already exists in ${formatOwner(upload.ownerId)}`;
  return new Problem('version-exists', words, { details: { resource: 'plugin', id: versionSlug(upload) } });
}
