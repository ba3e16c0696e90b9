// Shows who did something: a key by its name where the session may see it, else by its ID.
import { useQuery } from '@tanstack/react-query';
import { Link, useRouteContext } from '@tanstack/react-router';
import { keyNamesQuery } from '../data/account-queries.ts';
import type { Schemas } from '../data/api.ts';

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
