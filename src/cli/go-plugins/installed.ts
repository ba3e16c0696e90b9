// Looks up and formats installed Go plugins, including those still being installed.
import type { components } from '../../client/api.gen.d.ts';
import { ApiError } from '../../client/errors.ts';
import { type GoKind, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import { listPermissions } from '../../contract/plugin/permission-text.ts';
import { goPluginWord } from '../../contract/state-words.ts';
import { pageResult } from '../arguments/paging.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { formatRestarts } from '../deployments/fleet.ts';
import { withdrawalRows } from '../plugins/withdrawal-text.ts';
import { formatTime } from '../terminal/duration.ts';
import { Failure } from '../terminal/failure.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';
import { capabilityRows, networkRows } from './capability-text.ts';

export type GoPlugin = components['schemas']['GoPlugin'];
type PluginDiff = components['schemas']['PluginDiff'];

export function listGoPlugins({ client, signal }: Connection, kind: GoKind): Promise<GoPlugin[]> {
  return client.get(goSurfaces[kind], { signal });
}

export async function listResult(connection: Connection, kind: GoKind, prefix = ''): Promise<CommandResult> {
  const plugins = (await listGoPlugins(connection, kind)).filter(({ name }) => name.startsWith(prefix));
  const none = `No ${kind} plugins yet. Install one with \`slipway install URL --kind ${kind}\`.\n`;
  const noMatch = `No ${kind} plugin's name starts with ${prefix}.\n`;
  const text = plugins.length > 0 ? formatGoPlugins(plugins) : prefix === '' ? none : noMatch;
  return pageResult(plugins, null, text);
}

/** Returns nothing if the key may not see Go plugins. */
export async function visibleGoPlugins(connection: Connection, kind: GoKind, prefix = ''): Promise<GoPlugin[]> {
  try {
    return (await listGoPlugins(connection, kind)).filter(({ name }) => name.startsWith(prefix));
  } catch (error) {
    if (error instanceof ApiError && [403, 404].includes(error.status)) return [];
    throw error;
  }
}

export function formatGoPlugins(plugins: GoPlugin[]): string {
  const rows = plugins.map((plugin) => [
    plugin.name,
    plugin.git_ref,
    plugin.git_commit_hash.slice(0, 12) || '-',
    formatState(plugin),
    plugin.repository_url,
  ]);
  return table([['PLUGIN', 'REF', 'COMMIT', 'STATE', 'REPOSITORY'], ...rows]);
}

export async function pluginResult({ client }: Connection, kind: GoKind, name: string): Promise<CommandResult> {
  const plugin = await client.get(`${goSurfaces[kind]}/{name}`, { path: { name } });
  return { json: plugin, text: formatPlugin(plugin, kind) };
}

/** The current folder can't supply the name: Go plugins get their name on install. */
export function requireName(name: string | undefined): string {
  if (name !== undefined) return name;
  throw new Failure('usage', 'the plugin name is missing', { hint: 'Pass a name from `slipway list --kind KIND`.' });
}

const marks = { failed: '✗', updating: '·', deploying: '·', staged: '·', live: '✓', restarting: '!' };

function formatState(plugin: Pick<GoPlugin, 'loaded' | 'restarts' | 'status'>): string {
  const word = goPluginWord(plugin);
  return `${marks[word]} ${word}`;
}

function isAsleep({ loaded, restarts, status }: Pick<GoPlugin, 'loaded' | 'restarts' | 'status'>): boolean {
  return status === 'active' && !loaded && restarts === null;
}

/** Returns rows that say where a version runs and why. Empty before it is built. */
export function formatPlacement({
  placement,
  placement_reason,
}: Pick<GoPlugin, 'placement' | 'placement_reason'>): string[][] {
  return placement ? [['runs in', formatPlace(placement, placement_reason)]] : [];
}

function formatPlace(placement: string, reason: string | null): string {
  return `${placement}${reason === null ? '' : ` (${reason})`}`;
}

/** Returns a line such as "runs in  isolate → container (uses net/http: needs a container)". Empty if both run in the same place. */
export function formatPlacementChange({
  placement,
  placement_reason: reason,
}: Pick<PluginDiff, 'placement' | 'placement_reason'>): string {
  if (!placement || !reason) return '';
  const [before, after] = [formatPlace(placement.v1, reason.v1), formatPlace(placement.v2, reason.v2)];
  return before === after ? '' : printable(`runs in  ${before} → ${after}`).concat('\n');
}

function formatPlugin({ plugin_definition, ...plugin }: GoPlugin, kind: GoKind): string {
  const actions = (plugin_definition?.actions ?? []).map(({ description, name, parameters }) => {
    const signature = (parameters ?? []).map((parameter) => `${parameter.name}${parameter.required ? '' : '?'}`);
    return ['  action', `${name}(${signature.join(', ')})${description ? `  ${description}` : ''}`];
  });
  const [error = '', ...more] = (plugin.error_message ?? '').split('\n');
  return table([
    ['plugin', plugin.name],
    ['state', formatState(plugin)],
    ...(isAsleep(plugin) ? [['instance', 'asleep, starts on the next call']] : []),
    ...(plugin.restarts ? [['', formatRestarts(plugin.restarts, plugin.loaded)]] : []),
    ...(error === '' ? [] : [['error', error], ...more.map((line) => ['', line])]),
    ...withdrawalRows(plugin),
    ['description', plugin.description || '-'],
    ['author', plugin.author || '-'],
    ['repository', plugin.repository_url],
    ['ref', plugin.git_ref],
    ['commit', plugin.git_commit_hash || '-'],
    ...formatPlacement(plugin),
    ['installed', formatTime(plugin.installed_at)],
    ['updated', formatTime(plugin.updated_at)],
    ['sha256', plugin.sha256 ?? '-'],
    ...listPermissions(plugin_definition?.permissions ?? {}).map((one) => ['asks for', one]),
    ...(plugin.sha256 === null ? [] : capabilityRows(plugin.capabilities)),
    ...networkRows({ ...plugin, kind, plugin_definition }),
    ...actions,
  ]);
}
