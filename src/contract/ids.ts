// Ids at the edges: text becomes an id only by being checked.
import { z } from 'zod';
import { type Id, type IdKind, isId } from '../core/ids.ts';

export function idOf<K extends IdKind>(kind: K) {
  return z.custom<Id<K>>((value) => typeof value === 'string' && isId(kind, value), `must be a ${kind} id`);
}
