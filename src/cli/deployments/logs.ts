// Reads and streams the log lines of a plugin's instances.
import { z } from 'zod';
import type { components } from '../../client/api.gen.d.ts';
import type { CommandResult } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failure.ts';
import { type GoKind, surfaces } from '../go-plugins/kinds.ts';
import { jsonText } from '../json-text.ts';
import type { Output } from '../output.ts';
import { resolveVersion } from '../plugins/active-version.ts';
import { parsePluginRef } from '../plugins/plugin-ref.ts';
import { printable } from '../terminal-text.ts';
import { type LogLevel, levelFilter } from './log-level.ts';

type LogLine = components['schemas']['LogLine'];
type InstanceLog = components['schemas']['InstanceLog'];

/** The deployment that serves a version, or a specific deployment. */
export type LogSource = { pluginId: string } | { deploymentId: string };

const logMessage = z.object({
  deployment_id: z.string(),
  generation: z.int(),
  lines: z.array(z.object({ at: z.string(), stream: z.enum(['stdout', 'stderr', 'host']), line: z.string() })),
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

/** Which of the existing lines to show. */
interface LogFilter {
  tail?: number;
  /** In milliseconds before now. */
  since?: number;
  level?: LogLevel;
}

/** Uses this machine's clock, which `slipway doctor` compares with the server's. */
function lineFilter({ level, since }: LogFilter): (line: LogLine) => boolean {
  const from = since === undefined ? '' : new Date(Date.now() - since).toISOString();
  const hasLevel = levelFilter(level);
  // Every line is read for its level, since the lines after it may belong to it.
  return (line) => hasLevel(line) && line.at >= from;
}

export async function readLogs(connection: Connection, source: LogSource, filter: LogFilter): Promise<CommandResult> {
  const { tail } = filter;
  const { client, namespaceId, signal } = connection;
  const namespace_id = await namespaceId();
  const options = { query: tail === undefined ? {} : { tail }, signal };
  const log = await ('pluginId' in source
    ? client.get(pluginLogs, { ...options, path: { namespace_id, plugin_id: source.pluginId } })
    : client.get(deploymentLogs, { ...options, path: { namespace_id, deployment_id: source.deploymentId } }));
  const lines = log.lines.filter(lineFilter(filter));
  const notes = lines.length > 0 ? [] : [emptyNote(log, log.lines.length > 0)];
  return { json: { ...log, lines }, text: lines.map(formatLine).join(''), notes };
}

function emptyNote({ deployment_id, instance_state }: Partial<InstanceLog>, isFiltered: boolean): string {
  if (isFiltered) return 'No line matches --since and --level.';
  if (deployment_id === null) return 'No output: this version is not deployed.';
  return instance_state === null
    ? 'No output: no instance is running. The next call starts one.'
    : 'No output: the plugin has printed nothing yet.';
}

export async function readGoLogs(
  { client, signal }: Connection,
  kind: GoKind,
  name: string,
  filter: LogFilter & { follow?: true },
): Promise<CommandResult> {
  const { follow, tail = Number.POSITIVE_INFINITY } = filter;
  if (follow)
    throw new Failure('usage', 'the logs of a Go plugin cannot be followed by name', {
      hint: 'Pass --deployment with an ID from `slipway deployments list`.',
    });
  const log = await client.get(`${surfaces[kind]}/{name}/logs`, { path: { name }, signal });
  const lines = log.lines.slice(Math.max(0, log.lines.length - tail)).filter(lineFilter(filter));
  const notes = lines.length > 0 ? [] : [emptyNote({}, log.lines.length > 0)];
  return { json: { lines }, text: lines.map(formatLine).join(''), notes };
}

export async function followLogs(
  { client, namespaceId, signal }: Connection,
  source: LogSource,
  { json, ...filter }: LogFilter & { json?: boolean },
  output: Output,
): Promise<void> {
  const namespace_id = await namespaceId();
  const { tail } = filter;
  const isShown = lineFilter(filter);
  const query = { follow: 'true' as const, ...(tail === undefined ? {} : { tail }) };
  // The server ends a stream after a few minutes. The next stream resumes where it ended.
  for (let lastEventId: string | undefined; ; ) {
    const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const options = { query, signal, headers };
    const events =
      'pluginId' in source
        ? client.events(pluginLogs, { ...options, path: { namespace_id, plugin_id: source.pluginId } })
        : client.events(deploymentLogs, { ...options, path: { namespace_id, deployment_id: source.deploymentId } });
    for await (const event of events) {
      lastEventId = event.id ?? lastEventId;
      if (event.event !== 'log') continue;
      for (const line of logMessage.parse(JSON.parse(event.data)).lines.filter(isShown))
        output.data(json ? jsonText(line) : formatLine(line));
    }
  }
}

function formatLine({ at, line, stream }: LogLine): string {
  return `${at.slice(11, 23)} ${stream.padEnd(6)} | ${printable(line)}\n`;
}
