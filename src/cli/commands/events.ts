// `slipway events`: the audit log: who did what, when.
import type { Command } from 'commander';
import type { components } from '../../client/api.gen.d.ts';
import { type CommandContext, connected } from '../command.ts';
import { shownTime } from '../duration.ts';
import { jsonText } from '../json-text.ts';
import { table } from '../table.ts';

type Event = components['schemas']['Event'];

interface Options {
  type?: components['schemas']['EventFilter'];
  subject?: string;
  limit: string;
  export?: true;
}

export function addEvents(program: Command, context: CommandContext): void {
  const command = program
    .command('events')
    .summary('show who did what')
    .description('Lists what happened, newest first. With --export everything, to be verified offline.')
    .option('--type <type>', 'of one type, or with a dot at the end of one kind: deployment.')
    .option('--subject <id>', 'about one thing')
    .option('--limit <count>', 'how many', '50')
    .option('--export', 'all of them with their seals, an object a line');
  connected<Options>(command, context, async ({ client, signal }, { type, subject, limit, ...options }) => {
    if (options.export) {
      for await (const line of client.lines('/v1/events/export', { signal })) context.output.data(jsonText(line));
      return { json: {}, text: '', streamed: true };
    }
    const query = { ...(type ? { type } : {}), ...(subject ? { subject } : {}), limit: Number(limit) };
    const { results, pagination } = await client.get('/v1/events', { query, signal });
    return { json: { items: results, nextCursor: pagination.next_cursor }, text: textOf(results) };
  });
}

function textOf(events: Event[]): string {
  if (events.length === 0) return 'Nothing happened that fits.\n';
  return table(
    events.map(({ actor, subject_id, timestamp, type }) => [shownTime(timestamp), type, subject_id, actor.id]),
  );
}
