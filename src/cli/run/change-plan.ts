// Tells what a deployment or rollback would change, before it happens.
import { formatStat, readDiff } from '../any-kind/diff-text.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import type { FoundPlugin, VersionRef } from '../plugins/plugin-ref.ts';
import { formatRequirements, missingRequirements } from '../plugins/requirements.ts';
import { withSuggestion } from '../plugins/suggestions.ts';
import type { Output } from '../terminal/output.ts';

/** Returns lines about the files that change. Fails if a version doesn't exist, and suggests the one probably meant. */
export async function changedFiles(plugin: FoundPlugin, from: string | null, to: string): Promise<string[]> {
  if (from === null || from === to) return [];
  try {
    return formatStat(await readDiff(plugin, from, to))
      .trimEnd()
      .split('\n');
  } catch (error) {
    throw await withSuggestion(error, plugin.connection, `${plugin.name}@${to}`);
  }
}

/** Compares a version with the live one. Fails if the version doesn't exist. */
export async function planDeployment(
  connection: Connection,
  { name, pluginId, version }: VersionRef,
  output: Output,
): Promise<CommandResult> {
  const { client, namespaceId } = connection;
  const namespace_id = await namespaceId();
  const [{ serving_version: from }, published] = await Promise.all([
    client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', { path: { namespace_id, slug: name } }),
    client.get('/v1/namespaces/{namespace_id}/plugins/{plugin_id}', { path: { namespace_id, plugin_id: pluginId } }),
  ]);
  for (const line of await changedFiles({ connection, kind: {}, name, version }, from, version))
    output.info(`  ${line}`);
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
