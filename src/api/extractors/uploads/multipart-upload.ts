// Serves the route that publishes an archive in one multipart form, replacing presign, PUT and confirm (mixpeek §5, row 3).
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Actor, requireScopeSomewhere } from '../../../access/actor.ts';
import { uploadLimits } from '../../../contract/limits/uploads.ts';
import { pluginName, pluginNamePattern } from '../../../contract/plugin/manifest.ts';
import type { UploadId } from '../../../core/ids.ts';
import { Problem } from '../../../core/problem.ts';
import type { OwnerId } from '../../../db/schema/registry.ts';
import { confirmUpload } from '../../../pipeline/requests.ts';
import { requestUpload } from '../../../registry/uploads/request-upload.ts';
import { uploadKey, uploadScope } from '../../../registry/uploads/uploads.ts';
import { type AppEnv, requireActor } from '../../context/context.ts';
import { routesOf } from '../../openapi/route-definitions.ts';
import { invalidRequest } from '../../problems/problem-response.ts';
import { leaveBody } from '../../requests/body-place.ts';
import { mayMoveTraffic } from '../../requests/read-your-writes.ts';
import { namespaced } from '../../requests/surfaces.ts';
import { outcomeResponse, verdictResponses, versionSchema, versionText } from './upload-routes.ts';

const form = z.object({
  file: z.instanceof(File, { error: 'must be a file' }).openapi({ type: 'string', format: 'binary' }),
  name: pluginName,
  version: versionText.optional(),
  description: z.string().max(500).optional(),
  message: z.string().max(2000).optional(),
});

const route = routesOf(namespaced.tag).post('/', 'publishPlugin', {
  'x-slipway-command': 'publish FOLDER',
  middleware: mayMoveTraffic,
  summary: 'Publish an archive in one request',
  request: { params: namespaced.params },
  requestBody: {
    required: true,
    content: {
      'multipart/form-data': {
        schema: {
          type: 'object',
          required: ['file', 'name'],
          properties: {
            file: { type: 'string', format: 'binary' },
            name: { type: 'string', pattern: pluginNamePattern.source },
            version: { ...versionSchema, description: 'Defaults to the next patch version.' },
            description: { type: 'string', maxLength: 500 },
            message: { type: 'string', maxLength: 2000 },
          },
        },
      },
    },
  },
  responses: verdictResponses,
});

export function addMultipartUpload(routes: OpenAPIHono<AppEnv>): void {
  routes.openapi(route, async (c) => {
    const actor = requireActor(c);
    // `requestUpload` also checks this, but only after the form has been read.
    requireScopeSomewhere(actor, 'plugins:write');
    const ownerId = namespaced.ownerOf(c);
    const { deps } = c.var;
    const { uploadId, message } = await storeForm(c, actor, ownerId);
    leaveBody(c);
    const scope = uploadScope(actor, ownerId);
    return outcomeResponse(c, await confirmUpload(deps, uploadId, scope, { etag: null, sizeBytes: null, message }));
  });
}

interface StoredForm {
  uploadId: UploadId;
  message: string | null;
}

async function storeForm(c: Context<AppEnv>, actor: Actor, ownerId: OwnerId): Promise<StoredForm> {
  const { deps } = c.var;
  const { file, name, version, description, message } = await readForm(c.req.raw);
  const request = {
    name,
    ...(version ? { version } : {}),
    description: description ?? null,
    sizeBytes: file.size,
    expiresInSeconds: 3600,
  };
  const { upload } = await requestUpload(deps, actor, ownerId, request);
  await deps.blobs.put(uploadKey(upload.id), file);
  return { uploadId: upload.id, message: message ?? null };
}

async function readForm(request: Request): Promise<z.infer<typeof form>> {
  const announced = Number(request.headers.get('content-length') ?? Number.NaN);
  if (!(announced <= uploadLimits.formBytes)) {
    const message = `The form is larger than ${uploadLimits.formBytes} bytes. Request a presigned URL at …/plugins/uploads.`;
    throw new Problem('body-too-large', message);
  }
  const parts = await request.formData().catch(() => new FormData());
  const parsed = form.safeParse(Object.fromEntries(parts.entries()));
  if (!parsed.success) throw invalidRequest(parsed.error, 'form');
  return parsed.data;
}
