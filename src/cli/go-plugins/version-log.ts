// Shows the installed versions of a Go plugin, newest first.
import { actorNames } from '../actor-names.ts';
import { type PageOptions, pageQuery, pageResult } from '../arguments/paging.ts';
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { formatTime } from '../terminal/duration.ts';
import { table } from '../terminal/table.ts';
import { formatPlacement } from './installed.ts';
import { type GoKind, surfaces } from './kinds.ts';

export async function installedVersionsResult(
  connection: Connection,
  { kind, name }: { kind: GoKind; name: string },
  page: PageOptions,
): Promise<CommandResult> {
  const { client, signal } = connection;
  const {
    pagination,
    results: versions,
    ...facts
  } = await client.get(`${surfaces[kind]}/{name}/versions`, {
    path: { name },
    query: pageQuery(page),
    signal,
  });
  const nameOf = await actorNames(connection);
  const entries = versions.map((version) => {
    const rows = [
      [`version ${version.git_ref}`, version.serves_name ? '(live)' : ''],
      ['  commit', version.git_commit_hash],
      ['  installed', `${formatTime(version.installed_at)} by ${nameOf(version.installed_by)}`],
      ['  sha256', version.sha256 ?? '-'],
      ...formatPlacement(version).map(([label, text]) => [`  ${label}`, text ?? '']),
    ];
    return table(rows).replaceAll(/ +$/gm, '');
  });
  const listed = pageResult(versions, pagination.next_cursor, entries.join('\n'));
  return { ...listed, json: { ...facts, ...listed.json } };
}
