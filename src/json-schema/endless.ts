// Finds references that return to their own schema without descending into the value. A check of such a schema would never end.
import type { Json } from '../contract/json.ts';
import { isInPlace, isObject, type SchemaObject, schemasIn } from './keywords.ts';
import type { SchemaProblem } from './problem.ts';
import { referenceTokens, schemaAt } from './references.ts';

type Path = SchemaProblem['path'];

/** Returns a problem for each endless reference. The schema must have no other problems. */
export function endlessReferences(root: Json): SchemaProblem[] {
  if (!isObject(root)) return [];
  const problems: SchemaProblem[] = [];
  const paths = new Map(allSchemas(root));
  const states = new Map<SchemaObject, 'open' | 'done'>();
  const enter = (schema: SchemaObject) => {
    states.set(schema, 'open');
    return { schema, steps: nextOf(root, schema, paths.get(schema) ?? []).values() };
  };
  for (const start of paths.keys()) {
    if (states.has(start)) continue;
    // A list of its own, because a chain of references can be longer than the stack is deep.
    const open = [enter(start)];
    for (let last = open.at(-1); last; last = open.at(-1)) {
      const step = last.steps.next();
      if (step.done) {
        states.set(last.schema, 'done');
        open.pop();
        continue;
      }
      const [next, at] = step.value;
      const state = states.get(next);
      if (state === 'open') problems.push({ path: at, message, kind: 'endless' });
      else if (state === undefined) open.push(enter(next));
    }
  }
  return problems;
}

const message = 'leads back to its own schema for the same value, so that a check would never end';

/** Returns the schemas that apply to the same value, with their locations. */
function nextOf(root: SchemaObject, schema: SchemaObject, path: Path): [SchemaObject, Path][] {
  return Object.entries(schema).flatMap(([keyword, value]): [SchemaObject, Path][] => {
    if (keyword === '$ref') {
      const target = schemaAt(root, referenceTokens(String(value)) ?? []);
      return isObject(target) ? [[target, [...path, keyword]]] : [];
    }
    return isInPlace(keyword) ? innerSchemas(keyword, value, path) : [];
  });
}

function allSchemas(root: SchemaObject): [SchemaObject, Path][] {
  const found: [SchemaObject, Path][] = [[root, []]];
  for (const [schema, path] of found)
    for (const [keyword, value] of Object.entries(schema)) found.push(...innerSchemas(keyword, value, path));
  return found;
}

function innerSchemas(keyword: string, value: Json, path: Path): [SchemaObject, Path][] {
  return schemasIn(keyword, value).flatMap(([below, inner]): [SchemaObject, Path][] =>
    isObject(inner) ? [[inner, [...path, keyword, ...below]]] : [],
  );
}
