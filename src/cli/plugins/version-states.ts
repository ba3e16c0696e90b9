// Formats the state of plugins and versions: what is live and whether its calls fail.
import type { components } from '../../client/api.gen.d.ts';
import type { VersionWord } from '../../contract/state-words.ts';
import type { Connection } from '../connection/connect.ts';

export type Overview = components['schemas']['PluginOverview'];

const overviewsMax = 1000;

/** Reads the namespace's plugins, or those whose names contain a text, keyed by `kind name`. */
export async function readOverviews(
  { client, namespaceId }: Connection,
  search?: string,
): Promise<ReadonlyMap<string, Overview>> {
  const { results } = await client.get('/v1/namespaces/{namespace_id}/plugins/by-name', {
    path: { namespace_id: await namespaceId() },
    query: { limit: overviewsMax, search },
  });
  return new Map(results.map((overview) => [`${overview.kind} ${overview.name}`, overview]));
}

const marks: Record<VersionWord, string> = {
  live: '✓',
  failing: '✗',
  candidate: '·',
  standby: '-',
  failed: '✗',
  deploying: '·',
  'batch only': '-',
  'not deployed': '-',
  staged: '·',
  rejected: '✗',
};

export function markedState(word: VersionWord): string {
  return `${marks[word]} ${word}`;
}
