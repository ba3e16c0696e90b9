// Validates IDs in external text. Only text that passes becomes an ID.
import { z } from 'zod';
import { type Id, type IdKind, isId } from '../core/ids.ts';

export function idSchema<K extends IdKind>(kind: K) {
  return z.custom<Id<K>>((value) => typeof value === 'string' && isId(kind, value), `must be a ${kind} ID`);
}
