// Undeploys all but the newest live versions of a plugin, for `undeploy --keep` and `publish --replace`.
import type { Connection } from '../connection/connect.ts';

export interface UndeployedOlder {
  kept: string[];
  undeployed: string[];
}

/** The server undeploys a few per request, so this repeats the request until none remain. */
export async function undeployOlder(
  { client, namespaceId }: Connection,
  name: string,
  keep: number,
): Promise<UndeployedOlder> {
  const path = { namespace_id: await namespaceId(), slug: name };
  const undeployed: string[] = [];
  for (;;) {
    const answer = await client.post('/v1/namespaces/{namespace_id}/plugins/by-name/{slug}/undeploy', {
      path,
      body: { keep },
    });
    undeployed.push(...answer.undeployed);
    if (answer.remaining === 0) return { kept: answer.kept, undeployed };
  }
}

/** Formats the outcome: `✓ undeployed 3 versions of notes; 1.2.0 and 1.1.0 stay deployed`. */
export function formatUndeployed(name: string, { kept, undeployed }: UndeployedOlder): string {
  const count = undeployed.length;
  const done = count === 0 ? `no version of ${name} to undeploy` : `undeployed ${count} ${versions(count)} of ${name}`;
  const left =
    kept.length === 0
      ? 'none stays deployed'
      : `${new Intl.ListFormat('en').format(kept)} ${verb(kept.length)} deployed`;
  return `✓ ${done}; ${left}\n`;
}

function versions(count: number): string {
  return count === 1 ? 'version' : 'versions';
}

function verb(count: number): string {
  return count === 1 ? 'stays' : 'stay';
}
