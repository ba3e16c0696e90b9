// `slipway status` and `log`: the versions of a plugin: what serves, and how it came to be.
import type { Command } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, connected } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { shownTime } from '../duration.ts';
import { table } from '../table.ts';

type PluginVersion = components['schemas']['PluginVersion'];

export function addStatus(program: Command, context: CommandContext): void {
  const command = program
    .command('status')
    .summary('show what serves of a plugin')
    .description('Shows the state of every version of a plugin.')
    .argument('[plugin]', 'NAME; the plugin in this folder by default');
  connected(command, context, async (connection, _, said) => {
    const answer = await versionsOf(connection, said);
    return { json: answer, text: statusText(answer.versions) };
  });
}

export function addLog(program: Command, context: CommandContext): void {
  const command = program
    .command('log')
    .summary('show the history of a plugin')
    .description('Shows the versions of a plugin, newest first: when, by whom, with which message.')
    .argument('[plugin]', 'NAME; the plugin in this folder by default');
  connected(command, context, async (connection, _, said) => {
    const answer = await versionsOf(connection, said);
    return { json: answer, text: answer.versions.map(logEntry).join('\n') };
  });
}

async function versionsOf({ client, namespaceId, signal }: Connection, said: string | undefined) {
  const { pluginRef } = await import('../plugins/plugin-ref.ts');
  const { name } = await pluginRef(said);
  return client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/versions', {
    path: { namespace_id: await namespaceId(), slug: name },
    signal,
  });
}

function statusText(versions: PluginVersion[]): string {
  const rows = versions.map(({ active, deployed_at, serves_name, status, version }) => [
    `${active ? '*' : ' '} ${version}`,
    status,
    serves_name ? '✓ answers by name' : '-',
    shownTime(deployed_at),
  ]);
  return table([['  VERSION', 'STATUS', 'TRAFFIC', 'LIVE SINCE'], ...rows]);
}

function logEntry({ active, code_hash, created_at, created_by, message, version, ...served }: PluginVersion): string {
  const marks = [active ? 'active' : [], served.serves_name ? 'answers by name' : served.deployed ? 'live' : []].flat();
  const rows = [
    [`version ${version}`, marks.length > 0 ? `(${marks.join(', ')})` : ''],
    ['  published', `${shownTime(created_at)} by ${created_by.id}`],
    ['  deployed', served.last_deployed_at === null ? 'never' : shownTime(served.last_deployed_at)],
    ['  sha256', code_hash],
    ...(message ? [['  message', message]] : []),
  ];
  return table(rows).replaceAll(/ +$/gm, '');
}
