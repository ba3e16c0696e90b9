// Compares a packed plugin with the published version of the same number.
import type { components } from '../../client/api.gen.d.ts';
import { ApiError } from '../../client/errors.ts';
import { formatPluginId } from '../../core/plugin-id.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../terminal/failure.ts';
import type { PackedPlugin } from './pack-plugin.ts';

type PluginDocument = components['schemas']['PluginDocument'];

/** Asks the server. Throws a conflict if the version is published with different content. */
export async function isAlreadyPublished(
  connection: Connection,
  plugin: PackedPlugin,
  org: true | undefined,
): Promise<boolean> {
  const published = await publishedVersion(connection, plugin, org);
  if (published && !hasSameContent(plugin, published)) throw contentConflict(plugin, published, undefined);
  return published !== undefined;
}

/** An older `slipway` may have packed the same files to another archive. An old version may have no digest of its files. */
export function hasSameContent({ filesSha256, sha256 }: PackedPlugin, published: PluginDocument): boolean {
  return published.code_hash === sha256 || published.files_sha256 === filesSha256;
}

export function stagedText({ name, version }: Pick<PackedPlugin, 'name' | 'version'>): string {
  return `✓ staged: ${name} ${version} waits for approval\n  approve  slipway approve ${name}@${version}\n`;
}

/** Returns the published version with this number, or undefined. */
export async function publishedVersion(
  { client, namespaceId }: Connection,
  { name, version }: PackedPlugin,
  org: true | undefined,
): Promise<PluginDocument | undefined> {
  const plugin_id = formatPluginId(name, version);
  try {
    const { plugin } = org
      ? await client.get('/v1/plugins/{plugin_id}', { path: { plugin_id } })
      : await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
          path: { namespace_id: await namespaceId(), plugin_id },
        });
    return plugin;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

export function contentConflict(
  { filesSha256, name, sha256, version }: PackedPlugin,
  { code_hash, files_sha256 }: PluginDocument,
  refusal: ApiError | undefined,
): Failure {
  return new Failure('conflict', `${name} ${version} is already published with different content`, {
    title: refusal?.type ?? 'Version already exists',
    ...(refusal ? { status: refusal.status, requestId: refusal.requestId } : {}),
    hint: `Raise the version in manifest.py. \`slipway diff ${name}\` compares published versions.`,
    details: { published: code_hash, here: sha256, published_files: files_sha256, files_here: filesSha256 },
  });
}
