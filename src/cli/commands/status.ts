// Defines `slipway status` and `slipway log`, which show the state and the history of a plugin's versions.
import type { Command } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, withConnection } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { formatTime } from '../duration.ts';
import { table } from '../table.ts';

type PluginVersion = components['schemas']['PluginVersion'];

export function addStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .summary("show the state of a plugin's versions")
    .description('Shows the state of every version of a plugin.')
    .argument('[plugin]', 'NAME (default: the plugin in this folder)');
  withConnection(command, context, async (connection, _, ref) => {
    const answer = await listVersions(connection, ref);
    return { json: answer, text: formatStatus(answer.versions) };
  });
}

export function addLog(program: Command, context: CommandContext): void {
  const command = program
    .command('log')
    .summary('show the history of a plugin')
    .description('Lists the versions of a plugin, newest first, with date, publisher and message.')
    .argument('[plugin]', 'NAME (default: the plugin in this folder)');
  withConnection(command, context, async (connection, _, ref) => {
    const answer = await listVersions(connection, ref);
    return { json: answer, text: answer.versions.map(formatLogEntry).join('\n') };
  });
}

async function listVersions({ client, namespaceId, signal }: Connection, ref: string | undefined) {
  const { parsePluginRef } = await import('../plugins/plugin-ref.ts');
  const { name } = await parsePluginRef(ref);
  return client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
    path: { namespace_id: await namespaceId(), slug: name },
    signal,
  });
}

function formatStatus(versions: PluginVersion[]): string {
  const rows = versions.map(({ active, deployed_at, serves_name, status, version }) => [
    `${active ? '*' : ' '} ${version}`,
    status,
    serves_name ? '✓ serves traffic' : '-',
    formatTime(deployed_at),
  ]);
  return table([['  VERSION', 'STATUS', 'TRAFFIC', 'LIVE SINCE'], ...rows]);
}

function formatLogEntry({
  active,
  code_hash,
  created_at,
  created_by,
  message,
  version,
  ...served
}: PluginVersion): string {
  const marks = [active ? 'active' : [], served.serves_name ? 'serves traffic' : served.deployed ? 'live' : []].flat();
  const rows = [
    [`version ${version}`, marks.length > 0 ? `(${marks.join(', ')})` : ''],
    ['  published', `${formatTime(created_at)} by ${created_by.id}`],
    ['  deployed', served.last_deployed_at === null ? 'never' : formatTime(served.last_deployed_at)],
    ['  sha256', code_hash],
    ...(message ? [['  message', message]] : []),
  ];
  return table(rows).replaceAll(/ +$/gm, '');
}
