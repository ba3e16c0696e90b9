// Serves an upload after it was made: its state, and the findings by which it was rejected.
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import { uploadStates } from '../../../contract/states.ts';
import { iso } from '../../../core/clock.ts';
import { findUpload } from '../../../registry/uploads/find-upload.ts';
import { versionSlug } from '../../../registry/versions/versions.ts';
import { type AppEnv, actorOf } from '../../context.ts';
import { bearer, errors, json } from '../../openapi/route-definitions.ts';
import { actorModel } from '../../organization/event-wire.ts';
import type { ExtractorSurface } from '../surface.ts';
import { findingModel, findingWire } from './upload-wire.ts';

const uploadInFull = z
  .object({
    upload_id: z.string(),
    name: z.string(),
    version: z.string(),
    plugin_id: z.string().nullable().openapi({ description: 'The version it became. Null: none' }),
    status: z.enum(uploadStates),
    rejected_because: z.enum(['content', 'conflict', 'attempts']).nullable().openapi({
      description:
        '`content`: its findings. `conflict`: the version exists with other content. `attempts`: its scan failed again and again',
    }),
    message: z.string().nullable(),
    findings: z.array(findingModel),
    created_by: actorModel,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('PluginUploadInFull');

export function addUploadReading(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const get = createRoute({
    tags: [tag],
    security: bearer,
    method: 'get',
    path: '/uploads/{upload_id}',
    operationId: `get${noun}Upload`,
    summary: 'Get an upload with its findings',
    description: 'Also of an upload that was rejected, until it is deleted 90 days after it ended.',
    request: { params: params.extend({ upload_id: z.string() }) },
    responses: { 200: json('The upload', uploadInFull), ...errors(401, 403, 404) },
  });
  routes.openapi(get, async (c) => {
    const id = c.req.param('upload_id');
    const { upload, findings } = await findUpload(c.var.deps, actorOf(c), ownerOf(c), id);
    const wire: z.infer<typeof uploadInFull> = {
      upload_id: upload.id,
      name: upload.name,
      version: formatVersion(upload),
      plugin_id: upload.status === 'accepted' ? versionSlug(upload) : null,
      status: upload.status,
      rejected_because: upload.rejectionReason,
      message: upload.message,
      findings: findings.map(findingWire),
      created_by: upload.createdBy,
      created_at: iso(upload.createdAt),
      updated_at: iso(upload.updatedAt),
    };
    return c.json(wire, 200);
  });
}
