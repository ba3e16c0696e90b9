// Reads what all plugins of a namespace printed, for `slipway logs --all`.
import type { components } from '../../client/api.gen.d.ts';
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failures/failure.ts';
import { printable } from '../terminal/terminal-text.ts';
import { type LogLevel, levelFilter } from './log-level.ts';

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
  { client, namespaceId, signal }: Connection,
  { cursor, level, request, since, tail, text }: Selected,
): Promise<CommandResult> {
  const query = {
    limit: tail ?? 1000,
    ...(cursor === undefined ? {} : { cursor }),
    ...(request === undefined ? {} : { request }),
    ...(since === undefined ? {} : { since: new Date(Date.now() - since).toISOString() }),
    ...(text === undefined ? {} : { text }),
  };
  const path = { namespace_id: await namespaceId() };
  const found = await client.get('/v1/namespaces/{namespace_id}/logs', { path, query, signal });
  // A continued line belongs to the one before it of the same deployment.
  const filters = new Map<string, ReturnType<typeof levelFilter>>();
  const results = found.results.filter((line) => {
    const isShown = filters.get(line.deployment_id) ?? levelFilter(level);
    filters.set(line.deployment_id, isShown);
    return isShown(line);
  });
  return { json: { ...found, results }, text: results.map(formatLine).join(''), notes: notesOf(found, results.length) };
}

function formatLine({ at, line, plugin, stream }: components['schemas']['NamespaceLogLine']): string {
  return printable(`${at}  ${plugin}  ${stream}  ${line}`).concat('\n');
}

function notesOf({ pagination, truncated }: components['schemas']['NamespaceLogs'], shown: number): string[] {
  return [
    ...(shown === 0 ? ['No line matches.'] : []),
    ...(truncated ? ['Lines of older deployments are missing: name a plugin to read those of it.'] : []),
    ...(pagination.next_cursor === null
      ? []
      : [`There are older lines: repeat with --cursor ${pagination.next_cursor}`]),
  ];
}

/** Refuses what only the logs of one plugin have. */
export function requireNoPlugin(given: { follow?: true; deployment?: string; kind?: string }, ref?: string): void {
  const { deployment, follow, kind } = given;
  if (ref === undefined && !follow && deployment === undefined && kind === undefined) return;
  throw new Failure(
    'usage',
    '--all shows the logs of all plugins: leave out the plugin, --kind, --deployment and --follow',
  );
}
