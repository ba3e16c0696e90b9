// Names an actor, and tells which people are behind it: the person who acts, those who set up the key, deploy hook or CI job that acts, and
// the authors of sources that are published again.
import type { ActorRef } from '../actor.ts';

/** Returns the name to show. Slipway itself, the operator and anonymous callers have none. */
export function actorName({ id, name, type }: Pick<ActorRef, 'type' | 'id' | 'name'>): string {
  if (name !== undefined) return name;
  if (type === 'key') return id;
  return type === 'system' ? 'Slipway' : type;
}

/** Returns their IDs. None for the operator, Slipway itself, anonymous callers, and keys that no person made. */
export function authorIds({ type, id, made_by = [] }: Pick<ActorRef, 'type' | 'id' | 'made_by'>): string[] {
  return type === 'person' ? [id, ...made_by] : made_by;
}

/** Returns the actor with the people behind it. */
export function actorMadeBy(actor: ActorRef, people: string[]): ActorRef {
  return people.length === 0 ? actor : { ...actor, made_by: [...new Set(people)] };
}
