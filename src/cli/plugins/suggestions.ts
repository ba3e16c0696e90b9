// Explains that a plugin or version doesn't exist, and suggests the one probably meant.
import { ApiError } from '../../client/errors.ts';
import { goKinds, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { nearest } from '../../core/nearest.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../terminal/failure.ts';
import { type PluginRef, splitPluginRef } from './plugin-ref.ts';

interface KnownPlugin {
  name: string;
  /** Go plugins have no version here. */
  version?: string;
}

/** Replaces a plugin's "not found" response with a suggestion. Returns any other error unchanged. */
export async function withSuggestion(
  error: unknown,
  connection: Connection,
  ref: string | undefined,
): Promise<unknown> {
  if (!(error instanceof ApiError) || error.status !== 404 || ref === undefined) return error;
  const { details, message, requestId, status, type } = error;
  // The server's message is better than a suggestion: an upload of this version was rejected.
  if (details?.upload_id !== undefined) return error;
  const [name = ref, version] = ref.split('@');
  const hint = suggest(splitPluginRef(ref) ?? { name, version }, await knownPlugins(connection));
  return new Failure('failed', message, { title: type, status, requestId, hint });
}

/** Returns the failure for a name missing from a list. */
export async function unknownPlugin(connection: Connection, name: string): Promise<Failure> {
  const hint = suggest({ name, version: undefined }, await knownPlugins(connection));
  return new Failure('failed', `there is no plugin ${name}`, { title: 'Not found', hint });
}

function suggest({ name, version }: PluginRef, plugins: KnownPlugin[]): string {
  const versions = plugins.flatMap((plugin) => (plugin.name === name && plugin.version ? [plugin.version] : []));
  if (version !== undefined && versions.length > 0) {
    const likely = nearest(version, versions) ?? versions[0];
    return `Did you mean ${name}@${likely}? \`slipway status ${name}\` lists all versions.`;
  }
  const names = plugins.map((plugin) => plugin.name).filter((known) => known !== name);
  const likely = nearest(name, names);
  return `${likely === undefined ? '' : `Did you mean ${likely}? `}\`slipway list\` shows the plugins you can use.`;
}

/** Lists the plugins the key may see. A suggestion must not fail, so errors count as no plugins. */
async function knownPlugins({ client, namespaceId }: Connection): Promise<KnownPlugin[]> {
  const lists = await Promise.allSettled([
    namespaceId().then((namespace_id) =>
      client.get('/v1/namespaces/{namespace_id}/plugins', { path: { namespace_id } }),
    ),
    ...goKinds.map((kind) => client.get(goSurfaces[kind])),
  ]);
  return lists.flatMap((list): KnownPlugin[] => {
    if (list.status === 'rejected') return [];
    return Array.isArray(list.value) ? list.value.map(({ name }) => ({ name })) : list.value.plugins;
  });
}
