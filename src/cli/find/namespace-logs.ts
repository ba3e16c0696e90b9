// Reads the output of all plugins in a namespace, for `slipway logs --all`.
import type { components } from '../../client/api.gen.d.ts';
import type { LogLevel } from '../../contract/builder/logs/level.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../terminal/failure.ts';
import { printable } from '../terminal/terminal-text.ts';

interface Selected {
  tail?: number;
  cursor?: string;
  /** Milliseconds before now. */
  since?: number;
  request?: string;
  text?: string;
  level?: LogLevel;
}

export async function readNamespaceLogs(
  { client, namespaceId }: Connection,
  { cursor, level, request, since, tail, text }: Selected,
): Promise<CommandResult> {
  const wanted = tail ?? 1000;
  const from = since === undefined ? undefined : new Date(Date.now() - since).toISOString();
  const query = { request, since: from, text, level };
  const path = { namespace_id: await namespaceId() };
  let found = await read(wanted, cursor);
  // A page may have fewer lines than requested even if more follow.
  while (found.results.length < wanted && found.pagination.next_cursor !== null) {
    const older = await read(wanted - found.results.length, found.pagination.next_cursor);
    found = { ...older, results: [...older.results, ...found.results] };
  }
  return { json: found, text: found.results.map(formatLine).join(''), notes: notesOf(found, tail) };

  function read(limit: number, from: string | undefined) {
    const page = { limit, ...query, cursor: from };
    return client.get('/v1/namespaces/{namespace_id}/logs', { path, query: page });
  }
}

function formatLine({ at, instance, line, plugin, stream }: components['schemas']['NamespaceLogLine']): string {
  const from = instance === undefined ? plugin : `${plugin} #${instance}`;
  return printable(`${at}  ${from}  ${stream}  ${line}`).concat('\n');
}

function notesOf({ pagination, results, truncated }: components['schemas']['NamespaceLogs'], tail?: number): string[] {
  return [
    ...(results.length === 0 ? ['No line matches.'] : []),
    ...(truncated ? ['Lines of older deployments are missing. Name a plugin to read all of its lines.'] : []),
    ...(tail !== undefined || pagination.next_cursor === null
      ? []
      : [`There are older lines: repeat with --cursor ${pagination.next_cursor}`]),
  ];
}

/** Rejects options that only apply to one plugin's logs. */
export function requireNoPlugin(given: { follow?: true; deployment?: string; kind?: string }, ref?: string): void {
  const { deployment, follow, kind } = given;
  if (ref === undefined && !follow && deployment === undefined && kind === undefined) return;
  throw new Failure(
    'usage',
    '--all shows the logs of all plugins: leave out the plugin, --kind, --deployment and --follow',
  );
}
