// Shows what the search finds for the text of the plugins page, in all namespaces and with what it knows of each plugin.
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../data/api.ts';
import { visible } from '../../parts/visible-text.ts';
import { findPlugins, pageOf, placeOf } from './found-choices.ts';
import './found-plugins.css';

export default function FoundPlugins({ namespace, typed }: { namespace: string; typed: string }) {
  const { data, error } = useQuery({
    queryKey: ['found-plugins', typed],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => findPlugins(typed, signal),
  });
  if (error) return <p role="status">The search failed: {error.message}</p>;
  if (!data) return null;
  const { has_more, results } = data;
  return (
    <section aria-label="Search results">
      <h2>In names, tags, descriptions and READMEs</h2>
      <ol className="found-plugins">
        {results.map((found) => (
          <Result key={`${found.namespace_id} ${found.kind} ${found.name}`} found={found} namespace={namespace} />
        ))}
      </ol>
      <p className="quiet" role="status">
        {results.length === 0 && 'No plugin that you can see has these words. Use fewer words, or the start of one.'}
        {has_more && 'More plugins have these words. Add a word to find them.'}
      </p>
    </section>
  );
}

function Result({ found, namespace }: { found: Schemas['FoundPlugin']; namespace: string }) {
  const { description, kind, live, matched, name, tags, version } = found;
  return (
    <li>
      <Link to={pageOf(found, namespace)}>{name}</Link> <span className="kind">{kind}</span>{' '}
      <span className="quiet">
        {visible(version)} in {visible(placeOf(found))}
        {live && ', live'}; found in {matched.map((field) => (field === 'readme' ? 'README' : field)).join(', ')}
      </span>
      {description !== null && <p>{visible(description)}</p>}
      {tags.length > 0 && <p className="quiet">{tags.map((tag) => `#${tag}`).join(' ')}</p>}
    </li>
  );
}
