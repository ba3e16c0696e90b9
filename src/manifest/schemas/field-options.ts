// Reads the right side of a model field's assignment: nothing, a default value, or Field(…).
import type { Node } from 'web-tree-sitter';
import type { Json, JsonObject } from '../json.ts';
import { dottedName, lastName, nameParts } from '../python/syntax.ts';
import { type Budget, toJson } from '../python/to-json.ts';
import { evaluate, type Names, type Value } from '../python/values.ts';

export interface FieldOptions {
  required: boolean;
  /** Also absent if a function creates the default value. */
  defaultValue?: Value;
  constraints: ReadonlyMap<string, Json>;
  /** `title`, `description` and `examples`, which are copied to the schema. */
  annotations: JsonObject;
}

const constraintNames: ReadonlySet<string> = new Set(
  'ge gt le lt multiple_of min_length max_length pattern'.split(' '),
);
const annotationNames: ReadonlySet<string> = new Set(['title', 'description', 'examples']);
const ignoredNames: ReadonlySet<string> = new Set(['default', 'default_factory', 'frozen', 'repr', 'validate_default']);

/** Returns undefined if Field(…) has an option that changes the schema in an unsupported way, such as `alias`. */
export function fieldOptions(right: Node | undefined, names: Names, budget: Budget): FieldOptions | undefined {
  if (!right) return { required: true, constraints: new Map(), annotations: {} };
  const callee = right.type === 'call' ? right.childForFieldName('function') : null;
  const call = callee && lastName(callee) === 'Field' ? right.childForFieldName('arguments') : null;
  if (call) return readField(call, names, budget);
  return right.type === 'ellipsis'
    ? { required: true, constraints: new Map(), annotations: {} }
    : { required: false, defaultValue: evaluate(right, names), constraints: new Map(), annotations: {} };
}

function readField(call: Node, names: Names, budget: Budget): FieldOptions | undefined {
  const constraints = new Map<string, Json>();
  const annotations: JsonObject = {};
  let fallback: Node | undefined;
  let hasFactory = false;
  for (const argument of nameParts(call)) {
    if (argument.type !== 'keyword_argument') {
      fallback = argument;
      continue;
    }
    const nameNode = argument.childForFieldName('name');
    const valueNode = argument.childForFieldName('value');
    if (!nameNode || !valueNode) return undefined;
    const name = dottedName(nameNode);
    if (name === 'default') fallback = valueNode;
    if (name === 'default_factory') hasFactory = true;
    if (ignoredNames.has(name)) continue;
    if (!constraintNames.has(name) && !annotationNames.has(name)) return undefined;
    const value = toJson(evaluate(valueNode, names), budget);
    if (!('json' in value) || value.json === null) continue;
    if (constraintNames.has(name)) constraints.set(name, value.json);
    else annotations[name] = value.json;
  }
  const hasDefault = fallback && fallback.type !== 'ellipsis';
  return {
    required: !hasDefault && !hasFactory,
    ...(hasDefault && fallback ? { defaultValue: evaluate(fallback, names) } : {}),
    constraints,
    annotations,
  };
}
