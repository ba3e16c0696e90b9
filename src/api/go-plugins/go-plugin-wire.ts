// Go plugins as the pipeline and storage surfaces tell of them: the names of the documentation, and those of Mimir's own server
// beside them (mimir §1). What is asked comes in either, too.
import { z } from '@hono/zod-openapi';
import { definitionSchema, type GitSource, goPluginName } from '../../contract/go-plugins.ts';
import { jsonObject } from '../../contract/json.ts';
import { formatVersion } from '../../contract/manifest.ts';
import { iso, isoOrNull } from '../../core/clock.ts';
import { Problem } from '../../core/problem.ts';
import type { InstalledPlugin } from '../../registry/go/installed-plugins.ts';
import type { GoKind, Install } from '../../registry/go/installs.ts';
import type { Upload } from '../../registry/uploads/uploads.ts';

const text = z.string().min(1).max(2048);

/** `repository` tells the documented dialect, where name and version are required; `repository_url` the other one. */
export const installBody = z
  .object({
    name: goPluginName.optional(),
    repository: text.optional(),
    version: text.optional().openapi({ description: 'A tag, a branch or a whole commit' }),
    description: z.string().max(10_000).nullish(),
    repository_url: text.optional().openapi({ description: 'The same as repository; name and ref may be left out' }),
    git_ref: text.optional().openapi({ description: 'The same as version; `main` by default' }),
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
    version: text.optional().openapi({ description: 'A tag, a branch or a whole commit; as installed by default' }),
    git_ref: text.optional(),
    description: z.string().max(10_000).nullish(),
  })
  .openapi('GoPluginUpdate');

export const pluginModel = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    author: z.string(),
    repository: z.string(),
    repository_url: z.string(),
    version: z.string().openapi({ description: 'The ref that was asked for' }),
    git_ref: z.string(),
    git_commit_hash: z.string().openapi({ description: 'Empty while it is being looked up' }),
    status: z.enum(['active', 'building', 'error']),
    error_message: z.string().optional(),
    error_code: z.string().optional().openapi({ description: 'The same for programs', example: 'compile-failed' }),
    loaded: z.boolean().openapi({ description: 'An instance of it runs and answers' }),
    plugin_definition: definitionSchema.nullable(),
    actions: z.array(jsonObject),
    installed_at: z.iso.datetime(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    last_loaded_at: z.iso.datetime().nullable(),
    sha256: z.string().nullable().openapi({ description: 'Of the executable' }),
  })
  .openapi('GoPlugin');

export type PluginWire = z.infer<typeof pluginModel>;

export function installOf(kind: GoKind, asked: z.infer<typeof installBody>): Install {
  const { description = null, name, repository, version } = asked;
  if (repository !== undefined) {
    if (name === undefined) throw missing('name');
    if (version === undefined) throw missing('version');
    return { kind, name, source: { repository, ref: version, commit: null, named: true }, description, of: 'new' };
  }
  const { repository_url } = asked;
  if (repository_url === undefined) throw missing('repository');
  const ref = version ?? asked.git_ref ?? 'main';
  const source: GitSource = { repository: repository_url, ref, commit: null, named: name !== undefined };
  return { kind, name: name ?? nameOf(repository_url), source, description, of: 'new' };
}

/** The last segment of its URL, as Mimir takes it; plugin.yaml may say another one. */
function nameOf(repository: string): string {
  const last = repository.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? '';
  const name = goPluginName.safeParse(last.replace(/\.git$/, '').toLowerCase());
  if (!name.success) throw missing('name');
  return name.data;
}

function missing(field: string): Problem {
  return new Problem('invalid-request', `${field} is required`, {
    fields: [{ path: ['body', field], message: 'is required', type: 'missing' }],
  });
}

export function installedWire({ version, ...plugin }: InstalledPlugin, loaded: boolean): PluginWire {
  const { built, definition, source } = version;
  const repository = source?.repository ?? '';
  const ref = source?.ref ?? formatVersion(version);
  return {
    id: version.pluginId,
    name: version.name,
    description: version.description ?? definition?.description ?? '',
    author: definition?.author ?? '',
    repository,
    repository_url: repository,
    version: ref,
    git_ref: ref,
    git_commit_hash: source?.commit ?? '',
    status: plugin.error === null ? 'active' : 'error',
    ...(plugin.error === null ? {} : { error_message: plugin.error, error_code: 'start-failed' }),
    loaded,
    plugin_definition: definition,
    actions: (definition?.actions ?? []).map((action) => jsonObject.parse(action)),
    installed_at: iso(plugin.installedAt),
    created_at: iso(plugin.installedAt),
    updated_at: iso(plugin.updatedAt),
    last_loaded_at: isoOrNull(plugin.serving?.since ?? null),
    sha256: built?.artifact.sha256 ?? null,
  };
}

/** An install that is under way, or came to nothing. */
export function installWire({
  createdAt,
  description,
  id,
  name,
  source,
  refusal,
  status,
  updatedAt,
}: Upload): PluginWire {
  return {
    id,
    name,
    description: description ?? '',
    author: '',
    repository: source?.repository ?? '',
    repository_url: source?.repository ?? '',
    version: source?.ref ?? '',
    git_ref: source?.ref ?? '',
    git_commit_hash: source?.commit ?? '',
    status: status === 'confirming' ? 'building' : 'error',
    ...(refusal === null ? {} : { error_message: refusal.message, error_code: refusal.code }),
    loaded: false,
    plugin_definition: null,
    actions: [],
    installed_at: iso(createdAt),
    created_at: iso(createdAt),
    updated_at: iso(updatedAt),
    last_loaded_at: null,
    sha256: null,
  };
}
