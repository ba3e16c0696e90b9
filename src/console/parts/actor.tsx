// Shows who did something: a person or a CI job by name, a key by name if the session may see it, else by ID.
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import { keyNamesQuery } from '../data/account-queries.ts';
import type { Schemas } from '../data/api.ts';

type ActorRef = Schemas['Event']['actor'];

/** Returns the actor's name. Undefined for a key whose name the session may not see. */
export function useActorName(): (actor: ActorRef) => string | undefined {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: names } = useQuery({ ...keyNamesQuery, enabled: key.scopes.includes('keys:admin') });
  return ({ id, name, type, via }) => {
    if (name !== undefined) return via === 'cli' ? `${name}, by CLI` : name;
    if (type === 'key') return id === key.key_id ? key.name : names?.get(id);
    return type === 'system' ? 'Slipway' : type;
  };
}

export function Actor({ actor }: { actor: ActorRef }) {
  const name = useActorName()(actor);
  return name === undefined ? <code>{actor.id}</code> : <span title={actor.id}>{name}</span>;
}
