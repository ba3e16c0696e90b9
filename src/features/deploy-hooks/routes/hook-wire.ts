// Parses and renders deploy hooks and their received pushes, which the API calls deliveries.
import { z } from '@hono/zod-openapi';
import { ownerNamespace } from '../../../access/owners.ts';
import { releaseDefault, releaseField, releaseModel } from '../../../api/requests/release-choice.ts';
import { refCharacters, refCharactersText } from '../../../contract/builder/sources.ts';
import { exampleHookId } from '../../../contract/features/deploy-hooks/feature.ts';
import { hookActions, hookProviders, pushStates } from '../../../contract/features/deploy-hooks/states.ts';
import { endpointStates } from '../../../contract/states.ts';
import { iso, isoOrNull } from '../../../core/clock.ts';
import type { DeployHook, HookFields } from '../deploy-hooks.ts';
import type { PushDetails } from '../pushes.ts';

const time = z.iso.datetime();
export const hookKinds = ['extractor', 'pipeline', 'storage'] as const;

const refPattern = z
  .string()
  .min(1)
  .max(200)
  .regex(
    new RegExp(`^[*${refCharacters}]*$`),
    `Slipway fetches only tags and branches of ${refCharactersText}, so a push of a match would always fail. Use only these and *`,
  )
  .refine((pattern) => !pattern.startsWith('refs/'), 'Leave out refs/tags/ and refs/heads/: patterns match the name');

const patterns = (example: string) =>
  z
    .array(refPattern)
    .max(50)
    .openapi({
      description: '`*` stands for any characters except slashes, `**` for any characters',
      example: [example],
    });

const text = z.string().min(1).max(2048);

export const createBody = z
  .object({
    kind: z.enum(hookKinds),
    plugin: z.string().min(1).max(100).openapi({ description: 'The name of an existing plugin', example: 'ocr' }),
    namespace_id: z.string().nullish().openapi({
      description:
        "An extractor's namespace; null or omitted for the organization's own extractor. Go plugins are in the namespace `default`",
    }),
    provider: z
      .enum(hookProviders)
      .openapi({ description: 'Git provider that sends the pushes. It determines their signature' }),
    repository: text
      .nullish()
      .openapi({ description: "Defaults to the repository and path of the plugin's active version" }),
    path: z.string().min(1).max(500).nullish().openapi({ description: "An extractor's folder in the repository" }),
    branches: patterns('main').nullish(),
    tags: patterns('v*').nullish().openapi({ description: 'Defaults to all tags if no branches are given either' }),
    action: z.enum(hookActions).default('update').openapi({
      description:
        '`update`: publish the commit and deploy it. `publish`: publish it without deploying (extractors only). `redeploy`: deploy the active version again. All but `redeploy` need `plugins:write`',
    }),
    release: releaseField(releaseDefault),
    description: z.string().max(500).nullish().openapi({ example: 'Deploys main' }),
    status_token: z.string().min(1).max(500).nullish().openapi({
      description: 'GitHub token for reporting push states as commit statuses. Stored encrypted, never returned',
    }),
    status_api_url: text.nullish().openapi({ description: 'Defaults to https://api.github.com' }),
  })
  .openapi('DeployHookCreation', {
    example: {
      kind: 'extractor',
      plugin: 'ocr',
      namespace_id: 'ns_01m7wc54fherz84624ahd0kr7h',
      provider: 'github',
      repository: 'https://github.com/example/plugins',
      path: 'plugins/ocr',
      tags: ['ocr-v*'],
    },
  });

export const updateBody = z
  .object({
    branches: patterns('main'),
    tags: patterns('v*'),
    action: z.enum(hookActions),
    release: releaseField(releaseDefault),
    description: z.string().max(500).nullable().openapi({ example: 'Deploys main' }),
    status: z.enum(endpointStates),
    status_token: z.string().min(1).max(500).nullable().openapi({
      description: 'Needs `webhooks:admin`, unless the key created the hook',
    }),
    status_api_url: text.nullable().openapi({
      description:
        'Changing the URL drops the token, unless `status_token` is sent too. Needs `webhooks:admin`, unless the key created the hook',
    }),
  })
  .partial()
  .openapi('DeployHookUpdate');

export function toHookFields(body: z.infer<typeof updateBody>): Partial<HookFields> {
  const { status_api_url, status_token, action, branches, description, release, status, tags } = body;
  return {
    ...(branches === undefined ? {} : { branches }),
    ...(tags === undefined ? {} : { tags }),
    ...(action === undefined ? {} : { action }),
    ...(release === undefined ? {} : { release }),
    ...(description === undefined ? {} : { description }),
    ...(status === undefined ? {} : { status }),
    ...(status_token === undefined ? {} : { statusToken: status_token }),
    ...(status_api_url === undefined ? {} : { statusUrl: status_api_url }),
  };
}

export const hookId = z.string().openapi({ example: exampleHookId });

export const hookModel = z
  .object({
    hook_id: hookId,
    url: z.url().openapi({
      description: 'URL to which the provider sends pushes',
      example: 'https://slipway.example.com/hooks/dhk_01m7wc54fherz84624ahd0kr7h',
    }),
    kind: z.enum(hookKinds),
    plugin: z.string(),
    namespace_id: z.string().nullable(),
    provider: z.enum(hookProviders),
    repository: z.string(),
    path: z.string().nullable().openapi({ example: 'plugins/ocr' }),
    branches: z.array(z.string()),
    tags: z.array(z.string()),
    action: z.enum(hookActions),
    release: releaseModel.nullable(),
    description: z.string().nullable().openapi({ example: 'Deploys main' }),
    status: z.enum(endpointStates),
    reports_status: z.boolean().openapi({ description: 'Whether push states are reported to GitHub' }),
    status_api_url: z.string().nullable(),
    previous_secret_until: time
      .nullable()
      .openapi({ description: 'The previous secret is also accepted until this time' }),
    created_at: time,
    updated_at: time,
  })
  .openapi('DeployHook');

export const hookWithSecret = hookModel
  .extend({
    secret: z.string().openapi({
      description: 'Shown in this response only',
      example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwP2WcT5hYbDk=',
    }),
  })
  .openapi('DeployHookWithSecret');

export function hookWire(hook: DeployHook, origin: string): z.infer<typeof hookModel> {
  const { kind } = hook;
  if (kind === 'agent') throw new Error('agent plugins have no hooks');
  return {
    hook_id: hook.id,
    url: `${origin}/hooks/${hook.id}`,
    kind,
    plugin: hook.pluginName,
    namespace_id: ownerNamespace(hook.ownerId),
    provider: hook.provider,
    repository: hook.repository,
    path: hook.path,
    branches: hook.branches,
    tags: hook.tags,
    action: hook.action,
    release: hook.release,
    description: hook.description,
    status: hook.status,
    reports_status: hook.statusToken !== null,
    status_api_url: hook.statusUrl,
    previous_secret_until: isoOrNull(hook.previousUntil),
    created_at: iso(hook.createdAt),
    updated_at: iso(hook.updatedAt),
  };
}

export const pushModel = z
  .object({
    delivery_id: z.string(),
    hook_id: hookId,
    provider_delivery_id: z.string(),
    event: z.string(),
    ref: z.string().nullable(),
    status: z.enum(pushStates).openapi({
      description:
        '`queued`, `running` (fetched, scanned and built), `deploying`, and finally `live`, `published`, `failed`, `superseded` by a newer push, or `ignored`',
    }),
    reason: z
      .string()
      .nullable()
      .openapi({ description: 'Machine-readable reason, if the delivery failed or was ignored' }),
    message: z.string().nullable(),
    commit: z.string().nullable().openapi({ description: 'The commit that Git resolved the ref to' }),
    upload_id: z.string().nullable(),
    version_id: z.string().nullable(),
    deployment_id: z.string().nullable(),
    superseded_by: z.string().nullable(),
    received_at: time,
    fetched_at: time.nullable(),
    scanned_at: time.nullable(),
    built_at: time.nullable().openapi({ description: 'Of a Go plugin' }),
    ended_at: time.nullable(),
  })
  .openapi('HookDelivery');

export function pushWire({ push, progress }: PushDetails): z.infer<typeof pushModel> {
  return {
    delivery_id: push.id,
    hook_id: push.hookId,
    provider_delivery_id: push.deliveryKey,
    event: push.event,
    ref: push.ref,
    status: push.status,
    reason: push.reason,
    message: push.message,
    commit: push.commitHash,
    upload_id: push.uploadId,
    version_id: push.versionId,
    deployment_id: push.deploymentId,
    superseded_by: push.supersededBy,
    received_at: iso(push.createdAt),
    fetched_at: isoOrNull(progress?.fetchedAt ?? null),
    scanned_at: isoOrNull(progress?.scannedAt ?? null),
    built_at: isoOrNull(progress?.builtAt ?? null),
    ended_at: isoOrNull(push.endedAt),
  };
}
