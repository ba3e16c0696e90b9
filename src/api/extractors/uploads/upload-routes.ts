// Serves the upload routes of both extractor surfaces: create a presigned URL, and confirm the upload, which publishes it (mixpeek
// §4.1, §4.2).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { notFound, requireScopeSomewhere } from '../../../access/actor.ts';
import { ownerNamespace } from '../../../access/owners.ts';
import { uploadBytesMax } from '../../../contract/limits/archives.ts';
import { apiLimits } from '../../../contract/limits/requests.ts';
import { uploadLimits } from '../../../contract/limits/uploads.ts';
import { formatVersion, parseVersion, pluginName } from '../../../contract/plugin/manifest.ts';
import { iso } from '../../../core/clock.ts';
import { isId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import { confirmUpload } from '../../../pipeline/requests.ts';
import type { UploadOutcome } from '../../../registry/uploads/outcomes.ts';
import { requestUpload, versionExists } from '../../../registry/uploads/request-upload.ts';
import { uploadExpired } from '../../../registry/uploads/uploaded-archive.ts';
import { uploadScope } from '../../../registry/uploads/uploads.ts';
import { versionSlug } from '../../../registry/versions/versions.ts';
import { type AppEnv, requireActor } from '../../context/context.ts';
import { body, errorModels, errors, json, routesOf } from '../../openapi/route-definitions.ts';
import { asksForProblemJson } from '../../problems/problem-json.ts';
import { emptyBodyIsNull, jsonAtMost } from '../../requests/json-body.ts';
import { mayMoveTraffic } from '../../requests/read-your-writes.ts';
import { releaseDefault, releaseField } from '../../requests/release-choice.ts';
import type { ExtractorSurface } from '../../requests/surfaces.ts';
import { refusalProblem } from '../../responses/source-refusals.ts';
import { addUploadReading } from './upload-reading.ts';
import { acceptedWire, confirmModel, pendingWire, rejectedModel, rejectedWire } from './upload-wire.ts';

/** The schema for a version number, written manually because a zod transformation has none. */
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
      .openapi({ ...versionSchema, type: ['string', 'null'], description: 'Defaults to the next patch version.' }),
    description: z.string().max(500).nullish(),
    file_size_bytes: z.int().positive().max(uploadBytesMax).nullish(),
    presigned_url_expiration: z
      .int()
      .min(60)
      .max(uploadLimits.urlMaxSeconds)
      .nullish()
      .openapi({ description: "The URL's lifetime in seconds. Defaults to 3600." }),
    stage: z
      .boolean()
      .optional()
      .openapi({ description: 'The version waits for approval, even if nothing demands it. Defaults to false' }),
    deploy_when_approved: z.boolean().optional().openapi({
      description:
        'If the version waits for approval, approving it deploys it. Needs `plugins:deploy`. Defaults to false',
    }),
    release: releaseField(`Applies if approval deploys it. ${releaseDefault}`),
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
    file_size_bytes: z.int().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
    message: z.string().max(2000).nullish(),
  })
  .nullable();

export const verdictResponses = {
  200: json('Published, or still being scanned', confirmModel),
  400: json(
    'Permanently rejected, or one of two errors: `UploadExpiredError`, or `IntegrityError`, after which the upload can be confirmed again',
    z.union([rejectedModel, errorModels.Error]),
  ),
};

export function addUploads(routes: OpenAPIHono<AppEnv>, surface: ExtractorSurface): void {
  routes.use('/uploads/*', jsonAtMost(apiLimits.uploadRequestBytes));
  routes.use('/uploads/:upload_id/confirm', emptyBodyIsNull);
  addCreate(routes, surface);
  addConfirm(routes, surface);
  addUploadReading(routes, surface);
}

function addCreate(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const create = routesOf(tag).post('/uploads', `create${noun}Upload`, {
    'x-slipway-command': 'publish FOLDER [--org]',
    summary: 'Create an upload with a presigned URL',
    request: { params, body: body(uploadRequest) },
    responses: {
      200: json('The upload. PUT the archive to `presigned_url`, then confirm', uploadModel),
      ...errors(404),
    },
  });
  routes.openapi(create, async (c) => {
    const { name, version, description, file_size_bytes, presigned_url_expiration, ...approval } = c.req.valid('json');
    const ownerId = ownerOf(c);
    const { upload, url } = await requestUpload(c.var.deps, requireActor(c), ownerId, {
      name,
      ...(version ? { version } : {}),
      description: description ?? null,
      sizeBytes: file_size_bytes ?? null,
      expiresInSeconds: presigned_url_expiration ?? uploadLimits.urlDefaultSeconds,
      stage: approval.stage ?? false,
      deployApproved: approval.deploy_when_approved ?? false,
      release: approval.release ?? null,
    });
    const pluginId = versionSlug(upload);
    const created = {
      upload_id: upload.id,
      presigned_url: url,
      s3_key: `${ownerId}/plugins/${upload.id}/${pluginId}.zip`,
      expires_at: iso(upload.expiresAt),
      organization_id: upload.organizationId,
      namespace_id: ownerNamespace(ownerId),
      name,
      version: formatVersion(upload),
      plugin_id: pluginId,
    };
    return c.json(created, 200);
  });
}

function addConfirm(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const confirm = routesOf(tag).post('/uploads/{upload_id}/confirm', `confirm${noun}Upload`, {
    'x-slipway-command': 'publish FOLDER [--org]',
    summary: 'Confirm an upload',
    description: 'Checks, scans and publishes the uploaded archive.',
    middleware: mayMoveTraffic,
    request: { params: params.extend({ upload_id: z.string() }), body: body(confirmRequest, false) },
    responses: verdictResponses,
  });
  routes.openapi(confirm, async (c) => {
    const id = c.req.param('upload_id');
    const { etag, file_size_bytes, message } = c.req.valid('json') ?? {};
    const actor = requireActor(c);
    requireScopeSomewhere(actor, 'plugins:write');
    const scope = uploadScope(actor, ownerOf(c));
    if (!isId('upload', id)) throw notFound('upload', id);
    const confirmation = {
      etag: etag ? etag.replaceAll(/^W\/|"/g, '') : null,
      sizeBytes: file_size_bytes ?? null,
      message: message ?? null,
    };
    return outcomeResponse(c, await confirmUpload(c.var.deps, id, scope, confirmation));
  });
}

/** Renders an upload's outcome as a response. */
export function outcomeResponse(c: Context<AppEnv>, outcome: UploadOutcome) {
  const { bucket } = c.var.deps.storage;
  switch (outcome.status) {
    case 'accepted':
      return c.json(acceptedWire(outcome, bucket), 200);
    case 'pending':
      return c.json(pendingWire(outcome, bucket), 200);
    default:
      return rejectionResponse(c, outcome);
  }
}

/** Renders an upload that didn't become a version. */
export function rejectionResponse(
  c: Context<AppEnv>,
  outcome: Extract<UploadOutcome, { status: 'expired' | 'rejected' }>,
) {
  if (outcome.status === 'expired') throw uploadExpired(outcome.upload);
  const { findings, reason, upload } = outcome;
  if (reason === 'conflict') throw versionExists(upload);
  if (upload.refusal) throw refusalProblem(upload.refusal, { findings, log: [], again: 'publish' });
  const rejected = rejectedWire(outcome);
  const { message, details, hint } = rejected.error;
  if (asksForProblemJson(c)) throw new Problem('policy-rejected', message, { details, hint });
  return c.json(rejected, 400, { vary: 'Accept' });
}
