// Defines `slipway logs`, which shows what a plugin prints.
import { InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { logLevels } from '../../contract/builder/logs/level.ts';
import { serverCommand } from '../command/command.ts';
import type { Connection } from '../connection/connect.ts';
import { kindOption } from '../go-plugins/kinds.ts';
import { parseDuration } from '../terminal/duration.ts';

export const logs = serverCommand({
  name: 'logs',
  summary: "show a plugin's logs",
  description: "Shows the logs of a version's deployment, even if it sleeps.",
  arguments: { '[plugin]': 'NAME or NAME@VERSION (default: this folder)' },
  options: {
    '-f, --follow': 'stream until Ctrl-C; with --json, one object per line',
    '--tail <lines>': { description: 'number of lines; --limit also works (default: 1000)', parse: parseLineCount },
    '--cursor <cursor>': 'continue with older lines',
    '--since <time>': { description: 'show only newer lines, such as 30m or 1h', parse: parseDuration },
    '--request <id>': 'show only lines of the request with this ID',
    '--deployment <id>': 'show one deployment, running or not',
    '--run <id>': 'show what a run printed',
    '--all': 'show the logs of all plugins in the namespace',
    '--text <text>': 'with --all, show only lines that contain this',
    '--level <level>': { description: 'show only this level and above', choices: logLevels },
    '--limit <lines>': { parse: parseLineCount, hidden: true },
    ...kindOption,
  },
  examples: [
    'slipway logs my_plugin@1.0.0 -f --since 30m --level error',
    'slipway log my_plugin                  its history instead of its output',
  ],
  async run(connection, { plugin: ref }, { limit, run, ...given }) {
    const ofRun = run === undefined ? {} : await logOfRun(connection, run);
    const options = { ...(limit === undefined ? {} : { tail: limit }), ...given, ...ofRun };
    if (options.all) {
      const { readNamespaceLogs, requireNoPlugin } = await import('./namespace-logs.ts');
      requireNoPlugin(options, ref);
      return readNamespaceLogs(connection, options);
    }
    const { followLogs, logSource, readGoLogs, readLogs } = await import('../deployments/logs.ts');
    const { byKind } = await import('../any-kind/by-kind.ts');
    return byKind(connection, ref, options.deployment === undefined ? options.kind : 'extractor', {
      extractor: async () => {
        const source = await logSource(connection, options.deployment, ref);
        if (!options.follow) return readLogs(connection, source, options);
        await followLogs(connection, source, options, connection.output);
        return { json: {}, text: '', streamed: true };
      },
      go: (kind, name) => readGoLogs(connection, kind, name, options),
    });
  },
});

const shownRun = z.object({ deployment_id: z.string() });

/** A run prints to its deployment's log, in lines marked with its ID. */
async function logOfRun({ client, namespaceId }: Connection, id: string) {
  const path = { namespace_id: await namespaceId(), run_id: id };
  const answer = await client.request('get', '/v1/namespaces/{namespace_id}/runs/{run_id}', { path });
  const { deployment_id: deployment } = shownRun.parse(await answer.json());
  return { deployment, request: id };
}

function parseLineCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Use a number of lines.');
  return Number(text);
}
