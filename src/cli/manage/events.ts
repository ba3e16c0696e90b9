// Defines `slipway events`, which shows the audit log.
import type { components } from '../../client/api.gen.d.ts';
import { actorName } from '../../contract/events/authors.ts';
import { pageOptions, pageQuery, pageResult } from '../arguments/paging.ts';
import { type SharedOptions, serverCommand } from '../command/command.ts';
import { formatTime } from '../terminal/duration.ts';
import { jsonText } from '../terminal/json-text.ts';
import { table } from '../terminal/table.ts';
import { printable } from '../terminal/terminal-text.ts';

type Event = components['schemas']['Event'];

interface Options extends SharedOptions {
  type?: components['schemas']['EventFilter'];
  subject?: string;
  export?: true;
}

export const events = serverCommand({
  name: 'events',
  summary: 'show the audit log',
  description: 'Lists audit events, newest first. --export prints the whole log and verifies its seals.',
  options: {
    '--type <type>': 'only one type, or a group if it ends in a dot: deployment.',
    '--subject <id>': 'only events about this ID',
    '--export': 'all events with their seals, one JSON object per line',
    ...pageOptions,
  },
  examples: [
    'slipway events --type deployment.',
    'slipway events --subject dep_…         everything about one deployment',
    'slipway events --export > events.ndjson',
  ],
  async run(connection, _, { type, subject, ...options }: Options) {
    const { client, signal } = connection;
    if (options.export) {
      const { exportAll } = await import('./event-export.ts');
      // Seals cover the exact bytes, so control characters are escaped only for a terminal.
      const print = (line: string) => connection.output.data(process.stdout.isTTY ? jsonText(JSON.parse(line)) : line);
      return exportAll(client, signal, print);
    }
    const query = { ...(type ? { type } : {}), ...(subject ? { subject } : {}), limit: 50, ...pageQuery(options) };
    const { results, pagination, archived_until } = await client.get('/v1/events', { query });
    const text = formatEvents(results);
    const page = pageResult(results, pagination.next_cursor, text);
    if (!archived_until || pagination.next_cursor !== null) return page;
    const note = `Events up to ${formatTime(archived_until)} are archived. \`slipway events --export\` prints them too.`;
    return { ...page, notes: [...(page.notes ?? []), note] };
  },
});

function formatEvents(events: Event[]): string {
  if (events.length === 0) return 'No matching events.\n';
  return table(
    events.map(({ actor, subject_id, timestamp, type }) => [
      formatTime(timestamp),
      type,
      printable(actorName(actor)),
      subject_id,
    ]),
  );
}
