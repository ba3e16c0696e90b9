// Reads a type annotation as plain data. Anything that isn't a type becomes an unknown expression, with its text.
import type { Node } from 'web-tree-sitter';
import { schemaLimits } from '../../contract/limits/manifest.ts';
import { clipped } from '../findings.ts';
import { dottedName, nameParts } from '../python/syntax.ts';
import type { Argument, Call, Names, TypeExpression } from '../python/value.ts';
import { evaluate } from '../python/values.ts';

const textMax = 60;

export function typeExpression(node: Node, names: Names, depth = 0): TypeExpression {
  if (depth > schemaLimits.typeDepthMax) return unknown(node);
  switch (node.type) {
    case 'type':
    case 'parenthesized_expression': {
      const [inner] = nameParts(node);
      return inner ? typeExpression(inner, names, depth + 1) : unknown(node);
    }
    case 'none':
      return { kind: 'none' };
    case 'ellipsis':
      return { kind: 'ellipsis' };
    case 'identifier':
    case 'attribute': {
      const path = pathOf(node);
      return path ? { kind: 'name', path } : unknown(node);
    }
    case 'generic_type': {
      const [head, parameters] = nameParts(node);
      return genericType(node, head, parameters ? nameParts(parameters) : [], { names, depth });
    }
    case 'subscript': {
      const [head, ...parameters] = nameParts(node);
      return genericType(node, head, parameters, { names, depth });
    }
    case 'binary_operator':
      return unionType(node, names, depth);
    case 'call':
      return callExpression(node, names, depth) ?? unknown(node);
    case 'string':
    case 'concatenated_string':
    case 'integer':
    case 'unary_operator':
    case 'true':
    case 'false':
    case 'dictionary':
      return { kind: 'value', value: evaluate(node, names) };
    default:
      return unknown(node);
  }
}

function unknown(node: Node): TypeExpression {
  return { kind: 'unknown', text: clipped(node.text, textMax) };
}

/** Returns a dotted name's parts. */
export function pathOf(node: Node): string[] | undefined {
  if (node.type !== 'identifier' && node.type !== 'attribute') return undefined;
  const name = dottedName(node);
  return /^[\p{L}\p{N}_.]+$/u.test(name) ? name.split('.') : undefined;
}

function genericType(
  whole: Node,
  head: Node | undefined,
  parts: Node[],
  { names, depth }: { names: Names; depth: number },
): TypeExpression {
  const path = head && pathOf(head);
  if (!path) return unknown(whole);
  const [only] = parts;
  const isEmpty = parts.length === 1 && only && /^(?:\(\s*\))$/.test(only.text);
  // In an expression, `X[a, b]` can have one parameter, which is a tuple.
  const listed = parts.length === 1 && only?.type === 'tuple' ? nameParts(only) : parts;
  return {
    kind: 'generic',
    path,
    parameters: isEmpty ? [] : listed.map((part) => typeExpression(part, names, depth + 1)),
  };
}

/** Reads `a | b | c`, which nests to the left. */
function unionType(union: Node, names: Names, depth: number): TypeExpression {
  const alternatives: TypeExpression[] = [];
  let rest: Node | null = union;
  for (; rest?.type === 'binary_operator'; rest = rest.childForFieldName('left')) {
    const right = rest.childForFieldName('right');
    if (rest.childForFieldName('operator')?.type !== '|' || !right) return unknown(union);
    alternatives.push(typeExpression(right, names, depth + 1));
  }
  if (rest) alternatives.push(typeExpression(rest, names, depth + 1));
  return { kind: 'union', alternatives: alternatives.reverse() };
}

/** Returns a call of a name, such as `Field(ge=1)` and `conlist(int, min_length=1)`. */
export function callExpression(node: Node, names: Names, depth = 0): Call | undefined {
  const callee = node.type === 'call' ? node.childForFieldName('function') : null;
  const list = node.childForFieldName('arguments');
  const path = callee && pathOf(callee);
  if (!path || !list) return undefined;
  return { kind: 'call', path, arguments: nameParts(list).map((part) => argumentOf(part, names, depth)) };
}

function argumentOf(part: Node, names: Names, depth: number): Argument {
  const name = part.type === 'keyword_argument' ? part.childForFieldName('name') : null;
  const node = (name && part.childForFieldName('value')) ?? part;
  const read = { value: evaluate(node, names), type: typeExpression(node, names, depth + 1) };
  return name ? { name: dottedName(name), ...read } : read;
}
