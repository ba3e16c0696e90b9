// Finds the console page of a plugin or one of its versions.
import { formatPluginId } from '../../core/plugin-id.ts';
import type { Connection } from '../connection/connect.ts';
import { parsePluginRef } from './plugin-ref.ts';

/** Throws the server's "not found" if there is no such plugin or version. */
export async function pagePath(connection: Connection, ref: string): Promise<string> {
  const { client, signal } = connection;
  const { name, version } = await parsePluginRef(ref);
  const namespace_id = await connection.namespaceId();
  if (version === undefined) {
    const path = { namespace_id, slug: name };
    await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', { path, signal });
    return `/plugins/${name}`;
  }
  const path = { namespace_id, plugin_id: formatPluginId(name, version) };
  await client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path, signal });
  return `/plugins/${name}/versions/${version}`;
}
