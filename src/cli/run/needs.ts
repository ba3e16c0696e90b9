// Shows what needs the user, for `slipway status` without a plugin, and dismisses it.
import type { components } from '../../client/api.gen.d.ts';
import type { CommandResult } from '../command/context.ts';
import type { Connection } from '../connection/connect.ts';
import { formatTime } from '../terminal/duration.ts';
import { printable } from '../terminal/terminal-text.ts';

type Needs = components['schemas']['Needs'];

/** Without `--namespace`, shows all that the key can see. */
export async function showNeeds({ client, namespaceId }: Connection, only: string | undefined): Promise<CommandResult> {
  const query = only === undefined ? {} : { namespace_id: await namespaceId() };
  const needs = await client.get('/v1/attention', { query });
  const notes = needs.incomplete.map((kind) => `Could not be read, and may be missing: ${printable(kind)}`);
  return { json: needs, text: formatNeeds(needs), notes };
}

export async function dismissNeed({ client }: Connection, id: string): Promise<CommandResult> {
  const need = await client.post('/v1/attention/{need_id}/dismiss', { path: { need_id: id }, body: {} });
  return { json: need, text: `✓ dismissed until it changes: ${printable(need.title)}\n` };
}

function formatNeeds({ more, needs }: Needs): string {
  if (needs.length === 0) return 'Nothing needs you.\n';
  const lines = needs.map(({ action, id, severity, since, title }) => {
    const mark = severity === 'bad' ? '✗' : '!';
    return `${mark} ${printable(title)}\n    ${printable(action.command)}\n    ${printable(id)}, since ${formatTime(since)}\n`;
  });
  const rest = more.map(({ count, kind }) => `And ${count} more of the kind ${printable(kind)}.\n`);
  return [...lines, ...rest].join('');
}
