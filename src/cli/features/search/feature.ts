// Defines `slipway search`, which finds plugins of every kind by their words.
import type { components } from '../../../client/api.gen.d.ts';
import { searchLimits } from '../../../contract/features/search/limits.ts';
import { pluginKinds } from '../../../contract/states.ts';
import { serverCommand } from '../../command/command.ts';
import { defineCliFeature } from '../../command/context.ts';
import { table } from '../../terminal/table.ts';

type FoundPlugin = components['schemas']['FoundPlugin'];

const shownChars = 60;

const search = serverCommand({
  name: 'search',
  summary: 'find plugins by their words',
  description:
    'Finds plugins of every kind that you can see by their names, tags, descriptions and READMEs, best first. A word may be the start of a longer one.',
  arguments: { '<words...>': 'every word must be in the plugin' },
  options: {
    '--kind <kind>': { description: 'only one kind', choices: pluginKinds },
    '--here': "only the selected namespace's own plugins",
  },
  examples: ['slipway search named entities', 'slipway search audio --kind pipeline'],
  async run(connection, { words }, { here, kind }) {
    const namespace_id = here && (await connection.namespaceId());
    const query = { q: words.join(' '), limit: searchLimits.resultsMax, kind, namespace_id };
    const found = await connection.client.get('/v1/search', { query });
    if (found.results.length === 0) return { json: found, text: noneText(query.q), notes: [] };
    const head = ['NAME', 'KIND', 'VERSION', 'NAMESPACE', 'MATCHED', 'DESCRIPTION'];
    const notes = found.has_more ? ['More plugins have these words. Add a word to find them.'] : [];
    return { json: found, text: table([head, ...found.results.map(row)]), notes };
  },
});

function row({ description, kind, matched, name, namespace_name, tags, version }: FoundPlugin): string[] {
  const [line = ''] = (description ?? '').trim().split('\n');
  const short = line.length > shownChars ? `${line.slice(0, shownChars - 1)}…` : line;
  const tagged = tags.map((tag) => `#${tag}`).join(' ');
  const owner = namespace_name ?? '(organization)';
  return [name, kind, version, owner, matched.join(', '), [short, tagged].filter(Boolean).join('  ')];
}

function noneText(q: string): string {
  const fewer = /\s/.test(q.trim()) ? 'Use fewer words: a plugin must have all of them.\n  ' : '';
  return `No plugin has these words.\n  ${fewer}Words may be cut short, and from four letters on have one typo.\n`;
}

export const feature = defineCliFeature({ commands: [{ add: search, after: 'list' }] });
