// Parses and renders Go plugins for the pipeline and storage surfaces. Requests may use the documentation's field names or those in
// Mimir's server; responses have both (mimir §1).
import { z } from '@hono/zod-openapi';
import { definitionSchema, goPluginName } from '../../contract/builder/go-plugins.ts';
import type { InstanceStatus } from '../../contract/builder/instances.ts';
import { type GitSource, shortRef } from '../../contract/builder/sources.ts';
import { jsonObject } from '../../contract/json.ts';
import type { GoKind } from '../../contract/plugin/go-kinds.ts';
import { formatVersion } from '../../contract/plugin/manifest.ts';
import { requestedPlacementSchema } from '../../contract/plugin/version-placement.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import type { InstalledPlugin } from '../../registry/go/installed-plugins.ts';
import type { Install } from '../../registry/go/installs.ts';
import type { Upload } from '../../registry/uploads/uploads.ts';
import { noAdvisories } from '../../registry/versions/known-advisories.ts';
import { type PluginVersion, versionSlug } from '../../registry/versions/versions.ts';
import { toRestarts } from '../../serve/instance-state.ts';
import { releaseField } from '../requests/release-choice.ts';
import { restartsModel, restartsWire } from '../responses/instance-wire.ts';
import {
  advisoriesModel,
  capabilityModel,
  capabilityWire,
  placementModel,
  placementWire,
} from '../responses/version-fields.ts';
import { withdrawalFields, withdrawalWire } from '../responses/withdrawal-wire.ts';

const text = z.string().min(1).max(2048);

const requestedPlacement = requestedPlacementSchema.optional().openapi({
  description:
    "Where to run the plugin. `auto` picks an isolate for a plugin that can run in one. Defaults to plugin.yaml's setting, or to `auto`",
});

const goRelease = releaseField('Defaults to the `default_release` of the namespace `default`');

/**
 * `repository` indicates the documented format, in which name and version are required. `repository_url` indicates the format of
 * Mimir's server.
 */
export const installBody = z
  .object({
    name: goPluginName.optional(),
    repository: text.optional(),
    version: text.optional().openapi({ description: 'A tag, a branch or a full commit hash' }),
    description: z.string().max(10_000).nullish(),
    repository_url: text
      .optional()
      .openapi({ description: 'Same as `repository`, but `name` and the ref are optional' }),
    git_ref: text.optional().openapi({ description: 'Same as `version`. Defaults to `main`' }),
    placement: requestedPlacement,
    release: goRelease,
  })
  .openapi('GoPluginInstall', {
    example: {
      name: 'http-auth',
      repository: 'https://github.com/example/mimir-plugin-http-auth',
      version: 'v1.2.0',
      description: 'Signs requests',
    },
  });

export const updateBody = z
  .object({
    version: text
      .optional()
      .openapi({ description: 'A tag, a branch or a full commit hash. Defaults to the installed ref' }),
    git_ref: text.optional(),
    description: z.string().max(10_000).nullish(),
    placement: requestedPlacement.openapi({
      description: "Where to run the plugin. Defaults to the last request's choice",
    }),
    release: goRelease,
  })
  .openapi('GoPluginUpdate');

export const pluginModel = z
  .object({
    id: z.string().openapi({ example: 'plg_01m7wc54fherz84624ahd0kr7h' }),
    namespace_id: z.string().openapi({ description: 'The namespace that has the plugin' }),
    plugin_id: z
      .string()
      .nullable()
      .openapi({ description: "The installed version's ID. Null until it is built", example: 'http-auth_1_0_0' }),
    name: z.string().openapi({ example: 'http-auth' }),
    description: z.string().openapi({ example: 'Signs requests' }),
    author: z.string(),
    repository: z.string(),
    repository_url: z.string(),
    version: z.string().openapi({ description: 'The requested ref' }),
    git_ref: z.string(),
    git_commit_hash: z.string().openapi({ description: 'Empty until the ref is resolved' }),
    status: z.enum(['active', 'building', 'error', 'staged']).openapi({
      description: '`staged`: this answer is about a version that waits for approval. Lists have the installed version',
    }),
    error_message: z.string().optional().openapi({ example: 'main.go:12: undefined: sign' }),
    error_code: z.string().optional().openapi({ description: 'Machine-readable cause', example: 'compile-failed' }),
    loaded: z.boolean().openapi({ description: 'Whether an instance is running and ready' }),
    restarts: restartsModel,
    plugin_definition: definitionSchema.nullable(),
    actions: z.array(jsonObject),
    installed_at: z.iso.datetime(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    last_loaded_at: z.iso.datetime().nullable(),
    sha256: z.string().nullable().openapi({ description: "The executable's SHA-256" }),
    ...placementModel,
    ...withdrawalFields,
    advisories: advisoriesModel,
    capabilities: z.array(capabilityModel).nullable().openapi({
      description: 'The capabilities of the program and all its modules, by name. Null if not analyzed',
    }),
  })
  .openapi('GoPlugin');

export type PluginWire = z.infer<typeof pluginModel>;

export function toInstall(kind: GoKind, body: z.infer<typeof installBody>): Install {
  const { description = null, name, placement, release = null, repository, version } = body;
  const requested = placement === undefined ? {} : { placement };
  if (repository !== undefined) {
    if (name === undefined) throw missing('name');
    if (version === undefined) throw missing('version');
    const source = { repository, ref: version, commit: null, named: true, ...requested };
    return { kind, name, source, description, release, of: 'new' };
  }
  const { repository_url } = body;
  if (repository_url === undefined) throw missing('repository');
  const ref = version ?? body.git_ref ?? 'main';
  const source: GitSource = { repository: repository_url, ref, commit: null, named: name !== undefined, ...requested };
  return { kind, name: name ?? nameOf(repository_url), source, description, release, of: 'new' };
}

/** Takes the name from the last segment of the URL, like Mimir. plugin.yaml may declare another name. */
function nameOf(repository: string): string {
  const last =
    repository
      .replace(/(?<!\/)\/+$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  const name = goPluginName.safeParse(last.replace(/\.git$/, '').toLowerCase());
  if (!name.success) throw missing('name');
  return name.data;
}

function missing(field: string): Problem {
  return new Problem('invalid-request', `${field} is required`, {
    fields: [{ path: ['body', field], message: 'is required', type: 'missing' }],
  });
}

export function installedWire(
  { version, ...plugin }: Omit<InstalledPlugin, 'status'> & Pick<PluginWire, 'status'>,
  status: InstanceStatus | undefined,
): PluginWire {
  const { built, definition, source } = version;
  const repository = source?.repository ?? '';
  const ref = source?.ref ?? formatVersion(version);
  return {
    id: version.pluginId,
    namespace_id: version.ownerId,
    plugin_id: versionSlug(version),
    name: version.name,
    description: version.description ?? definition?.description ?? '',
    author: definition?.author ?? '',
    repository,
    repository_url: repository,
    version: ref,
    git_ref: ref,
    git_commit_hash: source?.commit ?? '',
    status: plugin.status,
    ...(plugin.problem === null ? {} : { error_message: plugin.problem.message, error_code: plugin.problem.code }),
    loaded: status?.state === 'ready',
    restarts: restartsWire(toRestarts(status)),
    plugin_definition: definition,
    actions: (definition?.actions ?? []).map((action) => jsonObject.parse(action)),
    installed_at: iso(plugin.installedAt),
    created_at: iso(plugin.installedAt),
    updated_at: iso(plugin.updatedAt),
    last_loaded_at: isoOrNull(plugin.serving?.since ?? null),
    sha256: built?.artifact.sha256 ?? null,
    ...placementWire(version),
    ...withdrawalWire(version),
    advisories: plugin.advisories,
    capabilities: version.capabilities?.reached.map(capabilityWire) ?? null,
  };
}

/** Renders a version that waits for approval. */
export function stagedWire(version: PluginVersion): PluginWire {
  const { createdAt: at } = version;
  const found = { advisories: noAdvisories, serving: null, problem: null };
  const staged = { version, installedAt: at, updatedAt: at, ...found, status: 'staged' as const };
  return installedWire(staged, undefined);
}

/** Renders an installation that is in progress or failed. */
export function installWire({
  createdAt,
  description,
  id,
  name,
  ownerId,
  source,
  refusal,
  status,
  updatedAt,
}: Upload): PluginWire {
  const ref = shortRef(source?.ref ?? '');
  return {
    id,
    namespace_id: ownerId,
    plugin_id: null,
    name,
    description: description ?? '',
    author: '',
    repository: source?.repository ?? '',
    repository_url: source?.repository ?? '',
    version: ref,
    git_ref: ref,
    git_commit_hash: source?.commit ?? '',
    status: status === 'confirming' ? 'building' : 'error',
    ...(refusal === null ? {} : { error_message: refusal.message, error_code: refusal.code }),
    loaded: false,
    restarts: null,
    plugin_definition: null,
    actions: [],
    installed_at: iso(createdAt),
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    last_loaded_at: null,
    sha256: null,
    placement: null,
    placement_reason: null,
    wasm_sha256: null,
    yanked: null,
    deprecated: null,
    quarantined: null,
    advisories: noAdvisories,
    capabilities: null,
  };
}
