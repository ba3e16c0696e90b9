// Resolves a plugin without a version to its active version.

import { pluginIdOf } from '../../core/plugin-id.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failures/failure.ts';
import type { PluginRef, VersionRef } from './plugin-ref.ts';

export async function resolveVersion(connection: Connection, { name, version }: PluginRef): Promise<VersionRef> {
  const resolved = version ?? (await activeVersion(connection, name));
  return { name, version: resolved, pluginId: pluginIdOf(name, resolved) };
}

async function activeVersion({ client, namespaceId, signal }: Connection, name: string): Promise<string> {
  const { results: versions } = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
    path: { namespace_id: await namespaceId(), slug: name },
    signal,
  });
  const active = versions.find((version) => version.active) ?? versions[0];
  if (!active) throw new Failure('failed', `${name} has no version`, { hint: 'Publish one with `slipway publish`.' });
  return active.version;
}
