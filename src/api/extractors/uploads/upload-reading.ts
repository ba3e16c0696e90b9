// Serves an existing upload: its state, and the findings that rejected it.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Finding } from '../../../contract/findings/finding.ts';
import { formatVersion } from '../../../contract/plugin/manifest.ts';
import { uploadStates, uploadStepNames, uploadStepStates } from '../../../contract/states.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import { findUpload, toUploadSteps, type UploadStep } from '../../../registry/uploads/upload-steps.ts';
import { versionSlug } from '../../../registry/versions/versions.ts';
import { type AppEnv, requireActor } from '../../context/context.ts';
import { json, routesOf } from '../../openapi/route-definitions.ts';
import type { ExtractorSurface } from '../../requests/surfaces.ts';
import { actorModel } from '../../responses/event-wire.ts';
import { findingModel, findingWire } from '../../responses/finding-wire.ts';

const uploadFinding = z
  .object({
    ...findingModel.shape,
    excerpt: z
      .object({ first_line: z.int().openapi({ description: 'Number of the first line' }), lines: z.array(z.string()) })
      .nullable()
      .openapi({
        example: { first_line: 4, lines: ['import json', 'import subprocess'] },
        description:
          'Lines around the finding in a rejected upload, whose archive is not kept. Long lines are truncated. Null for findings outside text and after the first hundred',
      }),
  })
  .openapi('UploadFinding');

const uploadStep = z
  .object({
    step: z.enum(uploadStepNames),
    state: z.enum(uploadStepStates),
    started_at: z.iso.datetime().nullable(),
    ended_at: z.iso.datetime().nullable(),
  })
  .openapi('UploadStep');

const uploadInFull = z
  .object({
    upload_id: z.string(),
    name: z.string(),
    version: z.string(),
    plugin_id: z.string().nullable().openapi({ description: 'The resulting version, or null' }),
    status: z.enum(uploadStates),
    rejected_because: z.enum(['content', 'conflict', 'attempts']).nullable().openapi({
      description:
        '`content`: the upload has findings. `conflict`: the version exists with different content. `attempts`: the scan failed repeatedly',
    }),
    message: z.string().nullable(),
    findings: z.array(uploadFinding),
    steps: z.array(uploadStep).openapi({ description: "The upload's progress, in order" }),
    created_by: actorModel,
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .openapi('PluginUploadInFull');

export function addUploadReading(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const get = routesOf(tag).get('/uploads/{upload_id}', `get${noun}Upload`, {
    'x-slipway-command': 'uploads show {upload_id}',
    summary: 'Get an upload with its findings',
    description: 'Also works for a rejected upload, until Slipway deletes it 90 days after it ended.',
    request: { params: params.extend({ upload_id: z.string() }) },
    responses: { 200: json('The upload', uploadInFull) },
  });
  routes.openapi(get, async (c) => {
    const id = c.req.param('upload_id');
    const { upload, findings } = await findUpload(c.var.deps, requireActor(c), ownerOf(c), id);
    const wire: z.infer<typeof uploadInFull> = {
      upload_id: upload.id,
      name: upload.name,
      version: formatVersion(upload),
      plugin_id: upload.status === 'accepted' ? versionSlug(upload) : null,
      status: upload.status,
      rejected_because: upload.rejectionReason,
      message: upload.message,
      findings: findings.map(findingInUpload),
      steps: toUploadSteps(upload).map(stepWire),
      created_by: upload.createdBy,
      created_at: iso(upload.createdAt),
      updated_at: iso(upload.updatedAt),
    };
    return c.json(wire, 200);
  });
}

function findingInUpload(finding: Finding): z.infer<typeof uploadFinding> {
  const { excerpt } = finding;
  return {
    ...findingWire(finding),
    excerpt: excerpt ? { first_line: excerpt.firstLine, lines: excerpt.lines } : null,
  };
}

function stepWire({ endedAt, startedAt, state, step }: UploadStep): z.infer<typeof uploadStep> {
  return { step, state, started_at: isoOrNull(startedAt), ended_at: isoOrNull(endedAt) };
}
