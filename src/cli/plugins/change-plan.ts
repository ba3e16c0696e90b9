// What a change of traffic would change: told before it happens, to people on standard error.
import type { Connection } from '../connection/connect.ts';
import type { Output } from '../output.ts';
import { statText } from './diff-text.ts';

export interface Change {
  name: string;
  from: string | null;
  to: string;
}

export async function tellChange(
  { client, namespaceId, signal }: Connection,
  { from, name, to }: Change,
  output: Output,
): Promise<void> {
  if (from === null || from === to) return;
  const diff = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/diff', {
    path: { namespace_id: await namespaceId(), slug: name },
    query: { v1: from, v2: to },
    signal,
  });
  for (const line of statText(diff).trimEnd().split('\n')) output.aside(`  ${line}`);
}
