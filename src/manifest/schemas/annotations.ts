// Converts a simple type annotation to JSON Schema, as Pydantic 2 does. Returns undefined for all other types.
import type { Node } from 'web-tree-sitter';
import type { Json, JsonObject } from '../json.ts';
import { lastName, nameParts } from '../python/syntax.ts';
import { type ClassSchema, evaluate, type Names } from '../python/values.ts';

export interface AnnotationContext {
  names: Names;
  /** Collects the annotation's models from the same file. */
  references: Map<string, ClassSchema>;
}

const depthMax = 16;
const noNames: Names = new Map();

const scalars: ReadonlyMap<string, JsonObject> = new Map([
  ['str', { type: 'string' }],
  ['int', { type: 'integer' }],
  ['float', { type: 'number' }],
  ['bool', { type: 'boolean' }],
  ['Any', {}],
  ['object', {}],
]);

export function annotationSchema(annotation: Node, context: AnnotationContext, depth = 0): JsonObject | undefined {
  if (depth > depthMax) return undefined;
  switch (annotation.type) {
    case 'type':
    case 'parenthesized_expression': {
      const [inner] = nameParts(annotation);
      return inner && annotationSchema(inner, context, depth + 1);
    }
    case 'none':
      return { type: 'null' };
    case 'identifier':
    case 'attribute':
      return plainSchema(lastName(annotation) ?? '', context);
    case 'generic_type': {
      const [head, parameters] = nameParts(annotation);
      return head && parameters && genericSchema(head, nameParts(parameters), context, depth);
    }
    case 'subscript': {
      const [head, ...parameters] = nameParts(annotation);
      return head && genericSchema(head, parameters, context, depth);
    }
    case 'binary_operator':
      return unionSchema(alternativesOf(annotation), context, depth);
    default:
      return undefined;
  }
}

function plainSchema(name: string, { names, references }: AnnotationContext): JsonObject | undefined {
  const local = names.get(name);
  if (local?.kind === 'class') {
    if (!local.schema.properties) return undefined;
    references.set(name, local.schema);
    return { $ref: `#/$defs/${local.schema.name}` };
  }
  if (/^[Ll]ist$/.test(name)) return { type: 'array', items: {} };
  if (/^[Dd]ict$/.test(name)) return { type: 'object', additionalProperties: true };
  return scalars.get(name);
}

function genericSchema(
  head: Node,
  parameters: Node[],
  context: AnnotationContext,
  depth: number,
): JsonObject | undefined {
  const [first, second] = parameters;
  switch (lastName(head)) {
    case 'list':
    case 'List': {
      const items = first && annotationSchema(first, context, depth + 1);
      return items && { type: 'array', items };
    }
    case 'dict':
    case 'Dict': {
      const values = second && annotationSchema(second, context, depth + 1);
      if (!values) return undefined;
      return { type: 'object', additionalProperties: Object.keys(values).length > 0 ? values : true };
    }
    case 'Optional':
      return first && unionSchema([first, undefined], context, depth);
    case 'Union':
      return unionSchema(parameters, context, depth);
    case 'Literal':
      return literalSchema(parameters);
    default:
      return undefined;
  }
}

/** Returns the alternatives of a union such as `a | b | c`, which nests to the left. */
function alternativesOf(union: Node): Node[] {
  const alternatives: Node[] = [];
  let rest: Node | null = union;
  for (; rest?.type === 'binary_operator'; rest = rest.childForFieldName('left')) {
    const right = rest.childForFieldName('right');
    if (rest.childForFieldName('operator')?.type !== '|' || !right) return [];
    alternatives.push(right);
  }
  if (rest) alternatives.push(rest);
  return alternatives.reverse();
}

/** Builds a union's schema. An undefined alternative stands for None. Nested unions are flattened, and null comes last. */
function unionSchema(
  alternatives: (Node | undefined)[],
  context: AnnotationContext,
  depth: number,
): JsonObject | undefined {
  const schemas = new Map<string, Json>();
  let nullable = false;
  for (const alternative of alternatives) {
    const schema = alternative ? annotationSchema(alternative, context, depth + 1) : { type: 'null' };
    if (!schema) return undefined;
    for (const one of Array.isArray(schema.anyOf) ? schema.anyOf : [schema]) {
      const key = JSON.stringify(one);
      if (key === '{"type":"null"}') nullable = true;
      else schemas.set(key, one);
    }
  }
  const anyOf = nullable ? [...schemas.values(), { type: 'null' }] : [...schemas.values()];
  const [only] = anyOf;
  if (anyOf.length > 1) return { anyOf };
  return typeof only === 'object' && only !== null && !Array.isArray(only) ? only : undefined;
}

function literalSchema(parameters: Node[]): JsonObject | undefined {
  const values: Json[] = [];
  const types = new Set<string>();
  for (const parameter of parameters) {
    const [inner = parameter] = parameter.type === 'type' ? nameParts(parameter) : [];
    const value = evaluate(inner, noNames);
    if (value.kind === 'none') {
      values.push(null);
      types.add('null');
    } else if (value.kind === 'string' || value.kind === 'integer' || value.kind === 'boolean') {
      values.push(value.value);
      types.add(value.kind);
    } else return undefined;
  }
  const [value] = values;
  if (value === undefined) return undefined;
  const [type] = types;
  const typed: JsonObject = types.size === 1 && type !== undefined ? { type } : {};
  return values.length === 1 ? { const: value, ...typed } : { enum: values, ...typed };
}
