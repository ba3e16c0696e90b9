// The lines that an instance printed: those that are there, and those that come.
import { z } from 'zod';
import type { components } from '../../client/api.gen.d.ts';
import type { Told } from '../command.ts';
import type { Connection } from '../connection/connect.ts';
import { Failure } from '../failure.ts';
import { nameOf } from '../go-plugins/installed.ts';
import { type GoKind, surfaces } from '../go-plugins/kinds.ts';
import { jsonText } from '../json-text.ts';
import type { Output } from '../output.ts';
import { versionOf } from '../plugins/active-version.ts';
import { pluginRef } from '../plugins/plugin-ref.ts';
import { printable } from '../terminal-text.ts';

type LogLine = components['schemas']['LogLine'];

/** Of whichever deployment serves a version, or of one deployment. */
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
  const { pluginId } = await versionOf(connection, await pluginRef(plugin));
  return { pluginId };
}

/** Which of the lines that are there. */
interface Wanted {
  tail?: number;
  /** Milliseconds ago. */
  since?: number;
}

/** By this machine's clock, which `slipway doctor` compares with the server's. */
function notOlder(lines: LogLine[], { since }: Wanted): LogLine[] {
  if (since === undefined) return lines;
  const from = new Date(Date.now() - since).toISOString();
  return lines.filter(({ at }) => at >= from);
}

export async function readLogs(connection: Connection, source: LogSource, wanted: Wanted): Promise<Told> {
  const { tail } = wanted;
  const { client, namespaceId, signal } = connection;
  const namespace_id = await namespaceId();
  const options = { query: tail === undefined ? {} : { tail }, signal };
  const log = await ('pluginId' in source
    ? client.get(pluginLogs, { ...options, path: { namespace_id, plugin_id: source.pluginId } })
    : client.get(deploymentLogs, { ...options, path: { namespace_id, deployment_id: source.deploymentId } }));
  const lines = notOlder(log.lines, wanted);
  return { json: { ...log, lines }, text: lines.map(shownLine).join('') };
}

export async function readGoLogs(
  { client, signal }: Connection,
  kind: GoKind,
  plugin: string | undefined,
  wanted: Wanted & { follow?: true },
): Promise<Told> {
  const { follow, tail = Number.POSITIVE_INFINITY } = wanted;
  if (follow)
    throw new Failure('usage', 'by its name a Go plugin is not followed', {
      hint: '`slipway deployments list` has the deployment for --deployment.',
    });
  const log = await client.get(`${surfaces[kind]}/{name}/logs`, { path: { name: nameOf(plugin) }, signal });
  const lines = notOlder(log.lines.slice(Math.max(0, log.lines.length - tail)), wanted);
  return { json: { lines }, text: lines.map(shownLine).join('') };
}

export async function followLogs(
  { client, namespaceId, signal }: Connection,
  source: LogSource,
  { json, ...wanted }: Wanted & { json?: boolean },
  output: Output,
): Promise<void> {
  const namespace_id = await namespaceId();
  const { tail } = wanted;
  const query = { follow: 'true' as const, ...(tail === undefined ? {} : { tail }) };
  // The server ends a stream after some minutes; the next one begins where it ended.
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
      for (const line of notOlder(logMessage.parse(JSON.parse(event.data)).lines, wanted))
        output.data(json ? jsonText(line) : shownLine(line));
    }
  }
}

function shownLine({ at, line, stream }: LogLine): string {
  return `${at.slice(11, 23)} ${stream.padEnd(6)} | ${printable(line)}\n`;
}
