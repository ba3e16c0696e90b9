// Shows who did something: "Ana, by CLI", "acme/plugins, by CI", or a key by its name if the session may see it, else by its ID.
import { useQuery } from '@tanstack/react-query';
import { useRouteContext } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { keyNamesQuery } from '../data/account-queries.ts';
import type { Schemas } from '../data/api.ts';
import { visible } from './visible-text.ts';

type ActorRef = Schemas['Event']['actor'];

/** Returns the actor's name, whatever way its request came. Undefined for a key whose name the session may not see. */
export function useActorName(): (actor: ActorRef) => string | undefined {
  const { key } = useRouteContext({ from: '/signed-in' });
  const { data: names } = useQuery({ ...keyNamesQuery, enabled: key.scopes.includes('keys:admin') });
  return ({ id, name, type }) => {
    const known = name ?? (id === key.key_id ? key.name : names?.get(id));
    if (known !== undefined) return visible(known);
    if (type === 'key') return undefined;
    return type === 'system' ? 'Slipway' : type;
  };
}

/** `unnamed` stands for a key whose name the session may not see. */
export function Actor({ actor, unnamed = <code>{actor.id}</code> }: { actor: ActorRef; unnamed?: ReactNode }) {
  const name = useActorName()(actor);
  return name === undefined ? (
    unnamed
  ) : (
    <span title={titleOf(actor)}>
      {name}
      {wayOf(actor)}
    </span>
  );
}

function wayOf({ type, via }: ActorRef): string {
  if (type === 'ci') return ', by CI';
  return via === 'cli' ? ', by CLI' : '';
}

function titleOf({ id, made_by }: ActorRef): string {
  return made_by ? `${id}, behind it ${made_by.join(', ')}` : id;
}
