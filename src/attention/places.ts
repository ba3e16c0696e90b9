// Builds the conditions and the console's paths that the kernel's needs share.
import { type SQL, sql } from 'drizzle-orm';
import type { PluginKind } from '../contract/states.ts';
import { word } from '../core/shell.ts';
import { livePointers } from '../db/schema/deploy.ts';
import { pluginVersions } from '../db/schema/registry.ts';

const { kind, major, minor, name, patch, source } = pluginVersions;

/** Columns of a version that its title shows: its plugin's name, and those of `versionLabel`. */
export const labelColumns = { kind, name, source, major, minor, patch };

/** SQL: the pointer says which version a plugin's name serves, in one of the namespaces. */
export function isNameIn(namespaces: SQL): SQL {
  const { namespaceId, subjectId } = livePointers;
  return sql`${namespaceId} in ${namespaces} and ${subjectId} >= 'plg_' and ${subjectId} < 'plg\`'`;
}

/** Returns the path of a plugin's page, or of one below it. */
export function pluginPage({
  kind,
  name,
  namespaceId,
}: {
  kind: PluginKind;
  name: string;
  namespaceId: string;
}): string {
  const own = encodeURIComponent(name);
  if (kind === 'extractor') return `/n/${namespaceId}/plugins/${own}`;
  return kind === 'agent' ? `/n/${namespaceId}/agents/${own}` : `/n/${namespaceId}/go/${kind}/${own}`;
}

/** Returns a command about the plugin. The kind is named if it isn't the default. */
export function pluginCommand(
  command: string,
  { kind, name, namespaceId }: Parameters<typeof pluginPage>[0],
  options: readonly string[] = [],
): string {
  const ofKind = kind === 'extractor' ? [] : [`--kind ${kind}`];
  return ['slipway', command, word(name), ...options, ...ofKind, `--namespace ${namespaceId}`].join(' ');
}
