// What is installed of Go plugins, or about to be: looked up, and shown.
import type { components } from '../../client/api.gen.d.ts';
import type { Told } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { shownTime } from '../duration.ts';
import { Failure } from '../failure.ts';
import { table } from '../table.ts';
import { type GoKind, surfaces } from './kinds.ts';

export type GoPlugin = components['schemas']['GoPlugin'];

export function listGoPlugins({ client, signal }: Connection, kind: GoKind): Promise<GoPlugin[]> {
  return client.get(surfaces[kind], { signal });
}

export async function toldList(connection: Connection, kind: GoKind): Promise<Told> {
  const items = await listGoPlugins(connection, kind);
  const rows = items.map((plugin) => [
    plugin.name,
    plugin.git_ref,
    plugin.git_commit_hash.slice(0, 12) || '-',
    stateOf(plugin),
    plugin.repository_url,
  ]);
  const none = `No ${kind} plugins here yet. \`slipway install URL --kind ${kind}\` installs one.\n`;
  return {
    json: { items },
    text: rows.length === 0 ? none : table([['PLUGIN', 'REF', 'COMMIT', 'STATE', 'REPOSITORY'], ...rows]),
  };
}

export async function toldPlugin({ client, signal }: Connection, kind: GoKind, name: string): Promise<Told> {
  const plugin = await client.get(`${surfaces[kind]}/{name}`, { path: { name }, signal });
  return { json: plugin, text: textOf(plugin) };
}

/** There is none in the folder that could say it: a Go plugin's name is given when it is installed. */
export function nameOf(said: string | undefined): string {
  if (said !== undefined) return said;
  throw new Failure('usage', 'which plugin is meant?', { hint: '`slipway list --kind KIND` lists them.' });
}

function stateOf({ loaded, status }: Pick<GoPlugin, 'loaded' | 'status'>): string {
  if (status === 'error') return '✗ failed';
  if (status === 'building') return '· installing';
  return loaded ? '✓ live' : '- starts when called';
}

function textOf({ plugin_definition, ...plugin }: GoPlugin): string {
  const actions = (plugin_definition?.actions ?? []).map(({ description, name, parameters }) => {
    const asked = (parameters ?? []).map((parameter) => `${parameter.name}${parameter.required ? '' : '?'}`);
    return ['  action', `${name}(${asked.join(', ')})${description ? `  ${description}` : ''}`];
  });
  const [error = '', ...more] = (plugin.error_message ?? '').split('\n');
  return table([
    ['plugin', plugin.name],
    ['state', stateOf(plugin)],
    ...(error === '' ? [] : [['error', error], ...more.map((line) => ['', line])]),
    ['description', plugin.description || '-'],
    ['author', plugin.author || '-'],
    ['repository', plugin.repository_url],
    ['ref', plugin.git_ref],
    ['commit', plugin.git_commit_hash || '-'],
    ['installed', shownTime(plugin.installed_at)],
    ['updated', shownTime(plugin.updated_at)],
    ['sha256', plugin.sha256 ?? '-'],
    ...actions,
  ]);
}
