// Reads and streams log lines of a plugin's instances.
import { z } from 'zod';
import type { components } from '../../client/api.gen.d.ts';
import { pause } from '../../client/retry.ts';
import { type LogLevel, levelFilter } from '../../contract/builder/logs/level.ts';
import { type LogLine, logLineSchema } from '../../contract/builder/logs/line.ts';
import { following } from '../../contract/limits/event-streams.ts';
import { type GoKind, goSurfaces } from '../../contract/plugin/go-kinds.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { Outage } from '../connection/outage.ts';
import { parsePluginRef, resolveVersion } from '../plugins/plugin-ref.ts';
import { Failure } from '../terminal/failure.ts';
import { jsonText } from '../terminal/json-text.ts';
import type { Output } from '../terminal/output.ts';
import { printable } from '../terminal/terminal-text.ts';

type InstanceLog = components['schemas']['InstanceLog'];

/** A version's live deployment, or a specific deployment. */
export type LogSource = { pluginId: string } | { deploymentId: string };

const logMessage = z.object({
  deployment_id: z.string(),
  generation: z.int(),
  lines: z.array(logLineSchema),
});

const pluginLogs = '/v1/namespaces/{namespace_id}/plugins/{plugin_id}/logs';
const deploymentLogs = '/v1/namespaces/{namespace_id}/deployments/{deployment_id}/logs';

export async function logSource(
  connection: Connection,
  deploymentId: string | undefined,
  plugin: string | undefined,
): Promise<LogSource> {
  if (deploymentId !== undefined) return { deploymentId };
  const { pluginId } = await resolveVersion(connection, await parsePluginRef(plugin));
  return { pluginId };
}

/** Selects the existing lines to show. */
interface LogFilter {
  tail?: number;
  /** Only lines before those of an earlier page. */
  cursor?: string;
  /** Milliseconds before now. */
  since?: number;
  request?: string;
  level?: LogLevel;
}

/** Lines per request, and the number shown by default. */
const pageLines = 1000;

interface LogQuery {
  tail?: number;
  cursor?: string;
  since?: string;
  request?: string;
}

/** Uses this machine's clock, which `slipway doctor` compares with the server's. */
function queryOf({ tail, cursor, since, request }: LogFilter): LogQuery {
  return {
    ...(tail === undefined ? {} : { tail: Math.min(tail, pageLines) }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(since === undefined ? {} : { since: new Date(Date.now() - since).toISOString() }),
    ...(request === undefined ? {} : { request }),
  };
}

interface LogPage {
  lines: LogLine[];
  pagination: { next_cursor: string | null };
}

/** Reads pages until there are enough lines. A page may have fewer than requested even if more follow. */
async function readPages<Page extends LogPage>(
  filter: LogFilter,
  read: (query: LogQuery) => Promise<Page>,
): Promise<Page> {
  const wanted = filter.tail ?? pageLines;
  let page = await read(queryOf(filter));
  for (;;) {
    const { lines, pagination } = page;
    if (pagination.next_cursor === null || lines.length >= wanted) return page;
    const rest = { ...filter, tail: wanted - lines.length, cursor: pagination.next_cursor };
    const older = await read(queryOf(rest));
    page = { ...page, lines: [...older.lines, ...lines], pagination: older.pagination };
  }
}

/** Tells the user on standard error that there are older lines, unless only the last ones were requested. */
function olderNotes({ tail }: LogFilter, { pagination }: LogPage): string[] {
  if (tail !== undefined || pagination.next_cursor === null) return [];
  return [`There are older lines: repeat with --cursor ${pagination.next_cursor}`];
}

export async function readLogs(connection: Connection, source: LogSource, filter: LogFilter): Promise<CommandResult> {
  const { client, namespaceId } = connection;
  const namespace_id = await namespaceId();
  const log = await readPages(filter, (query) =>
    'pluginId' in source
      ? client.get(pluginLogs, { query, path: { namespace_id, plugin_id: source.pluginId } })
      : client.get(deploymentLogs, { query, path: { namespace_id, deployment_id: source.deploymentId } }),
  );
  const lines = log.lines.filter(levelFilter(filter.level));
  const notes = lines.length > 0 ? olderNotes(filter, log) : [emptyNote(log, isFiltered(filter))];
  return { json: { ...log, lines }, text: lines.map(formatLine).join(''), notes };
}

function isFiltered({ cursor, level, request, since }: LogFilter): boolean {
  return [cursor, level, request, since].some((each) => each !== undefined);
}

function emptyNote({ deployment_id, instance_state }: Partial<InstanceLog>, filtered: boolean): string {
  if (filtered && deployment_id !== null) return 'No line matches.';
  if (deployment_id === null)
    return 'No output: this version is not deployed. `slipway deployments list` has the IDs of earlier deployments for `--deployment`.';
  return instance_state === null
    ? 'No output: no instance is running. The next call or run starts one.'
    : 'No output: the plugin has printed nothing yet.';
}

export async function readGoLogs(
  { client }: Connection,
  kind: GoKind,
  name: string,
  filter: LogFilter & { follow?: true },
): Promise<CommandResult> {
  if (filter.follow)
    throw new Failure('usage', 'the logs of a Go plugin cannot be followed by name', {
      hint: 'Pass --deployment with an ID from `slipway deployments list`.',
    });
  const log = await readPages(filter, (query) =>
    client.get(`${goSurfaces[kind]}/{name}/logs`, { path: { name }, query }),
  );
  const lines = log.lines.filter(levelFilter(filter.level));
  const notes = lines.length > 0 ? olderNotes(filter, log) : [emptyNote({}, isFiltered(filter))];
  return { json: { ...log, lines }, text: lines.map(formatLine).join(''), notes };
}

export async function followLogs(
  { client, namespaceId, signal }: Connection,
  source: LogSource,
  { json, ...filter }: LogFilter & { json?: boolean },
  output: Output,
): Promise<void> {
  const namespace_id = await namespaceId();
  const isShown = levelFilter(filter.level);
  const outage = new Outage((text) => output.warning(printable(text)));
  const query = { follow: 'true' as const, ...queryOf(filter) };
  // The server ends a stream after a few minutes. The next stream resumes where it ended.
  for (let lastEventId: string | undefined; ; ) {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const options = { query, signal, headers, onRequestId: outage.end };
    const events =
      'pluginId' in source
        ? client.events(pluginLogs, { ...options, path: { namespace_id, plugin_id: source.pluginId } })
        : client.events(deploymentLogs, { ...options, path: { namespace_id, deployment_id: source.deploymentId } });
    try {
      for await (const event of events) {
        lastEventId = event.id ?? lastEventId;
        if (event.event !== 'log') continue;
        for (const line of logMessage.parse(JSON.parse(event.data)).lines.filter(isShown))
          output.data(json ? jsonText(line) : formatLine(line));
      }
    } catch (error) {
      if (lastEventId === undefined) throw error;
      outage.endure(error);
      await pause(following.reconnectMs, signal);
    }
  }
}

function formatLine({ at, instance, line, request, stream }: LogLine): string {
  const from = instance === undefined ? '' : `#${instance} `;
  const of = from + (request === undefined ? '' : `${printable(request)} `);
  return `${at.slice(11, 23)} ${stream.padEnd(6)} ${of}| ${printable(line)}\n`;
}
