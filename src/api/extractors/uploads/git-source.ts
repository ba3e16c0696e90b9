// Serves the route of both extractor surfaces for publishing a folder from a Git repository.
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { shortRef } from '../../../contract/builder/sources.ts';
import { apiLimits } from '../../../contract/limits/requests.ts';
import { deploymentStates } from '../../../contract/states.ts';
import type { Deps } from '../../../deps.ts';
import { publishFromGit } from '../../../pipeline/requests.ts';
import type { UploadOutcome } from '../../../registry/uploads/outcomes.ts';
import type { Upload } from '../../../registry/uploads/uploads.ts';
import { latestDeployment } from '../../../rollouts/deploy-published.ts';
import { type AppEnv, requireActor } from '../../context/context.ts';
import { body, errors, json, routesOf } from '../../openapi/route-definitions.ts';
import { jsonAtMost } from '../../requests/json-body.ts';
import { preferred, waitSeconds } from '../../requests/preferred-wait.ts';
import { mayMoveTraffic } from '../../requests/read-your-writes.ts';
import { releaseDefault, releaseField } from '../../requests/release-choice.ts';
import type { ExtractorSurface } from '../../requests/surfaces.ts';
import { rejectionResponse } from './upload-routes.ts';
import { acceptedWire, confirmModel, pendingWire, rejectedModel } from './upload-wire.ts';

const text = z.string().min(1).max(2048);

const request = z
  .object({
    repository: text.openapi({
      description: "The repository's https URL. A private repository needs one of the organization's credentials",
    }),
    ref: text.openapi({ description: 'A tag, a branch or a full commit hash' }),
    path: z
      .string()
      .min(1)
      .max(500)
      .nullish()
      .openapi({ description: "The plugin's folder. Defaults to the repository's root", example: 'plugins/ocr' }),
    deploy: z.boolean().nullish().openapi({
      description:
        'Deploy the version in the namespace once it is published or approved. Needs `plugins:deploy`. Defaults to false',
    }),
    release: releaseField(`Applies if \`deploy\` is true. ${releaseDefault}`),
    message: z.string().max(2000).nullish(),
    stage: z
      .boolean()
      .nullish()
      .openapi({ description: 'The version waits for approval, even if nothing demands it. Defaults to false' }),
  })
  .openapi('PluginFromGit', {
    example: { repository: 'https://github.com/example/plugins', ref: 'v1.2.0', path: 'plugins/ocr', deploy: true },
  });

const gitFields = {
  repository: z.string(),
  ref: z.string().openapi({ example: 'v1.1.0' }),
  commit: z.string().nullable().openapi({ description: 'Null until the ref is resolved' }),
  path: z.string().nullable().openapi({ example: 'plugins/text_profile' }),
  already_published: z
    .boolean()
    .openapi({ description: 'The version was already published with the same content, so nothing was changed' }),
  deployment: z
    .object({ deployment_id: z.string(), status: z.enum(deploymentStates) })
    .nullable()
    .openapi({ description: "The version's latest deployment in the namespace" }),
  deployment_error: z
    .object({ code: z.string(), message: z.string() })
    .nullable()
    .openapi({ description: 'Why the version was published but not deployed', example: null }),
};

const publishedModel = confirmModel.extend(gitFields).openapi('PublishedFromGit');

export function addGitSource(routes: OpenAPIHono<AppEnv>, { tag, noun, params, ownerOf }: ExtractorSurface): void {
  const publish = routesOf(tag).post('/from-git', `publish${noun}FromGit`, {
    'x-slipway-command': 'publish --from-git {repository} --ref {ref} [--org]',
    middleware: mayMoveTraffic,
    summary: 'Publish a plugin from a Git repository',
    description:
      'Fetches one commit, scans and publishes it, and deploys it if requested. `manifest.py` declares the name and version. Publishing the same content again returns the same version. If it takes longer than 90 s, or than `Prefer: wait`, `validation_status` is `pending`. Confirm the upload to get its result.',
    request: { headers: preferred, params, body: body(request) },
    responses: {
      200: json('Published, or still in progress', publishedModel),
      400: json('Rejected for good', rejectedModel),
      ...errors(404),
    },
  });
  routes.use('/from-git', jsonAtMost(apiLimits.uploadRequestBytes));
  routes.openapi(publish, async (c) => {
    const { repository, ref, path, deploy, message, release, stage } = c.req.valid('json');
    const publication = {
      repository,
      ref,
      path: path ?? undefined,
      message: message ?? null,
      deploy: deploy ?? false,
      stage: stage ?? false,
      release: release ?? null,
    };
    const outcome = await publishFromGit(c.var.deps, requireActor(c), ownerOf(c), {
      publication,
      waitSeconds: waitSeconds(c.req.valid('header')),
    });
    if (outcome.status !== 'accepted' && outcome.status !== 'pending') return rejectionResponse(c, outcome);
    return c.json(await publishedWire(c.var.deps, outcome), 200);
  });
}

async function publishedWire(
  deps: Deps,
  outcome: Extract<UploadOutcome, { status: 'accepted' | 'pending' }>,
): Promise<z.infer<typeof publishedModel>> {
  const { bucket } = deps.storage;
  if (outcome.status === 'pending') return { ...pendingWire(outcome, bucket), ...sourceWire(outcome.upload) };
  const { upload, version } = outcome;
  const latest = await latestDeployment(deps, version);
  return {
    ...acceptedWire(outcome, bucket),
    ...sourceWire(upload),
    already_published: version.createdAt < upload.createdAt,
    deployment: latest ? { deployment_id: latest.id, status: latest.status } : null,
    deployment_error: upload.refusal,
  };
}

function sourceWire({ source }: Upload) {
  return {
    repository: source?.repository ?? '',
    ref: shortRef(source?.ref ?? ''),
    commit: source?.commit ?? null,
    path: source?.path ?? null,
    already_published: false,
    deployment: null,
    deployment_error: null,
  };
}
