// Tells what a deployment or rollback would change, before it happens.
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import type { Output } from '../terminal/output.ts';
import { formatStat } from './diff-text.ts';
import type { VersionRef } from './plugin-ref.ts';
import { formatRequirements, missingRequirements } from './requirements.ts';
import { withSuggestion } from './suggestions.ts';

export interface Change {
  name: string;
  from: string | null;
  to: string;
}

/** Returns lines about the files that change. Fails if a version doesn't exist, and suggests the one probably meant. */
export async function changedFiles(connection: Connection, { from, name, to }: Change): Promise<string[]> {
  if (from === null || from === to) return [];
  const { client, namespaceId, signal } = connection;
  try {
    const diff = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
      path: { namespace_id: await namespaceId(), slug: name },
      query: { v1: from, v2: to },
      signal,
    });
    return formatStat(diff).trimEnd().split('\n');
  } catch (error) {
    throw await withSuggestion(error, connection, `${name}@${to}`);
  }
}

/** Compares a version with the live one. Fails if the version doesn't exist. */
export async function planDeployment(
  connection: Connection,
  { name, pluginId, version }: VersionRef,
  output: Output,
): Promise<CommandResult> {
  const { client, namespaceId, signal } = connection;
  const namespace_id = await namespaceId();
  const [{ serving_version: from }, published] = await Promise.all([
    client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
      path: { namespace_id, slug: name },
      signal,
    }),
    client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', {
      path: { namespace_id, plugin_id: pluginId },
      signal,
    }),
  ]);
  for (const line of await changedFiles(connection, { name, from, to: version })) output.info(`  ${line}`);
  const { manifest, namespace_id: home } = published.plugin;
  const missing = await missingRequirements(connection, { name, shared: home === null }, manifest);
  const json = { name, from, to: version, dry_run: true, missing };
  if (missing.length > 0) {
    const text = `${formatRequirements(missing, '✗')}✗ ${name} ${version} could not be deployed\n`;
    return { json, text, exit: 'failed' };
  }
  const instead = from === null || from === version ? '' : ` instead of ${from}`;
  return { json, text: `✓ ${name} ${version} would be deployed${instead}\n` };
}
