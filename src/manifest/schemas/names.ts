// Finds what a name in an annotation stands for: a class or a type of this file, or a type of a library that is known.
import type { ClassSchema, Names, TypeExpression } from '../python/value.ts';
import { knownName } from './named-types.ts';

export type Meaning =
  | { kind: 'class'; schema: ClassSchema }
  | { kind: 'alias'; type: TypeExpression }
  | { kind: 'known'; name: string };

export function meaningOf(path: readonly string[], names: Names): Meaning | undefined {
  const [root = '', ...rest] = path;
  const bound = names.get(root);
  if (!bound) return known(rest.length === 0 ? root : knownName(path.join('.')));
  if (bound.kind === 'unresolved' && bound.origin !== undefined)
    return known(knownName([bound.origin, ...rest].join('.')));
  if (rest.length > 0) return undefined;
  if (bound.kind === 'class') return { kind: 'class', schema: bound.schema };
  return bound.kind === 'unresolved' && bound.type ? { kind: 'alias', type: bound.type } : undefined;
}

function known(name: string | undefined): Meaning | undefined {
  return name === undefined ? undefined : { kind: 'known', name };
}

/** Returns the name of a library's class or function, such as `Field` for `pydantic.Field`. */
export function libraryName(path: readonly string[] | undefined, names: Names): string | undefined {
  const meaning = path && meaningOf(path, names);
  return meaning?.kind === 'known' ? meaning.name : undefined;
}
