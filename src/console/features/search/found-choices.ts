// Asks the search once the user pauses typing, and turns its results into choices of the palette.
import { searchLimits } from '../../../contract/features/search/limits.ts';
import { api, type Schemas } from '../../data/api.ts';
import type { Choice } from '../../data/palette-choices.ts';
import type { Asked } from '../../points.ts';

type FoundPlugin = Schemas['FoundPlugin'];

const pauseMs = 150;
/** The search refuses text with none of these. */
const worthAsking = /[\p{L}\p{N}\p{Extended_Pictographic}]/u;

/** Returns the best results. Empty for text that isn't worth asking, and aborted if the user types on. */
export async function findPlugins(typed: string, signal: AbortSignal): Promise<Schemas['SearchResults']> {
  const q = typed.slice(0, searchLimits.queryCharsMax);
  if (!worthAsking.test(q)) return { results: [], has_more: false };
  await new Promise((resolve) => setTimeout(resolve, pauseMs));
  signal.throwIfAborted();
  return api.get('/v1/search', { query: { q }, signal });
}

export async function findChoices({ namespace, typed, signal }: Asked): Promise<Choice[]> {
  const { results } = await findPlugins(typed, signal);
  return results.flatMap((found): Choice[] => {
    const here = namespace ?? found.namespace_id;
    if (here === null) return [];
    return [{ label: found.name, kind: 'plugin', place: `plugin in ${placeOf(found)}`, to: pageOf(found, here) }];
  });
}

export function placeOf({ namespace_name }: FoundPlugin): string {
  return namespace_name ?? 'the organization';
}

/** Returns the path of the plugin's page. An organization's plugin has one for each version, in a namespace that can enable it. */
export function pageOf({ kind, name, namespace_id, plugin_id }: FoundPlugin, here: string): string {
  if (namespace_id === null) return `/n/${here}/organization-plugins/${plugin_id}`;
  return kind === 'extractor' ? `/n/${namespace_id}/plugins/${name}` : `/n/${namespace_id}/go/${kind}/${name}`;
}
