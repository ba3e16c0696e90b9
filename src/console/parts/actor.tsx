// Who did something: a key by its name where the session may see it, else by its ID.
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { api, type Schemas } from '../data/api.ts';

const namesMs = 60_000;

const keyNamesQuery = queryOptions({
  queryKey: ['keys', 'names'],
  staleTime: namesMs,
  queryFn: async ({ signal }) => {
    const { results } = await api.get('/v1/keys', { query: { limit: 1000 }, signal });
    return new Map(results.map(({ key_id, name }) => [key_id, name]));
  },
});

export function Actor({ actor }: { actor: Schemas['Event']['actor'] }) {
  const { key } = useRouteContext({ from: '/signed-in' });
  const seesKeys = key.scopes.includes('keys:admin');
  const { data: names } = useQuery({ ...keyNamesQuery, enabled: seesKeys });
  if (actor.type !== 'key') return <>{actor.type === 'system' ? 'Slipway' : actor.type}</>;
  const name = actor.id === key.key_id ? key.name : names?.get(actor.id);
  if (name === undefined) return <code>{actor.id}</code>;
  return seesKeys ? (
    <Link to="/keys" search={{}} title={actor.id}>
      {name}
    </Link>
  ) : (
    <span title={actor.id}>{name}</span>
  );
}
