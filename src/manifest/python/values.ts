// Evaluates Python expressions without running code: literals, bound names, string concatenation and constant subscripts. Any other
// expression becomes an `unresolved` value, which gives the reason. Never throws. Follows up to `depthMax` levels of nesting.
import type { Node } from 'web-tree-sitter';
import { decodeStringLiteral } from '../../scan/constants/literals.ts';
import { dottedName, nameParts, nodeSpan, type Span } from './syntax.ts';
import type { DictEntry, Names, UnresolvedValue, Value } from './value.ts';

const depthMax = 64;
const stringLengthMax = 65_536;

export function unresolved(at: Span, reason: string, name?: string): UnresolvedValue {
  return name === undefined ? { at, kind: 'unresolved', reason } : { at, kind: 'unresolved', reason, name };
}

/** Returns the value, or an unresolved one for a list or dict that code mutates. */
export function stableValue(value: Value): Value {
  const mutation = value.kind === 'list' || value.kind === 'dict' ? value.mutation : undefined;
  return mutation === undefined ? value : unresolved(value.at, mutation);
}

export function evaluate(node: Node, names: Names, depth = 0): Value {
  const at = nodeSpan(node);
  if (depth > depthMax) return unresolved(at, `nested more than ${depthMax} levels deep`);
  switch (node.type) {
    case 'string':
      return stringValue(node, at);
    case 'concatenated_string':
      return concatenated(
        nameParts(node).map((part) => stringValue(part, at)),
        at,
      );
    case 'integer':
    case 'float':
    case 'unary_operator':
      return numberValue(node, at);
    case 'true':
    case 'false':
      return { at, kind: 'boolean', value: node.type === 'true' };
    case 'none':
      return { at, kind: 'none' };
    case 'identifier':
      return namedValue(dottedName(node), at, names);
    case 'parenthesized_expression': {
      const [inner] = nameParts(node);
      return inner ? evaluate(inner, names, depth + 1) : unresolved(at, 'empty');
    }
    case 'list':
    case 'tuple':
    case 'expression_list':
      return listValue(node, at, names, depth);
    case 'dictionary':
      return dictValue(node, at, names, depth);
    case 'subscript':
      return elementValue(node, at, names, depth);
    case 'attribute':
      return memberOfResourceType(node, at);
    case 'binary_operator':
      return sumValue(node, at, names, depth);
    default:
      return unresolved(at, expressionNouns[node.type] ?? 'a computed expression');
  }
}

const expressionNouns: Readonly<Record<string, string>> = {
  call: 'the result of a call',
  conditional_expression: 'a conditional expression',
  list_comprehension: 'a list comprehension',
  dictionary_comprehension: 'a dict comprehension',
  set: 'a set',
  lambda: 'a function',
};

/** Returns a name's value at the location of its literal, not of the name, because authors have to change the literal. */
function namedValue(name: string, at: Span, names: Names): Value {
  const bound = names.get(name);
  return bound ?? unresolved(at, `the name \`${name}\`, which manifest.py does not define above this line`);
}

function stringValue(node: Node, at: Span): Value {
  const literal = decodeStringLiteral(node.text);
  if (literal.kind === 'undecodable') return unresolved(at, literal.reason);
  if (literal.kind === 'bytes') return unresolved(at, 'bytes');
  const { value } = literal;
  return value.isWellFormed() ? stringWithinLimit(value, at) : unresolved(at, 'a string with an unpaired surrogate');
}

function stringWithinLimit(value: string, at: Span): Value {
  return value.length > stringLengthMax
    ? unresolved(at, `longer than ${stringLengthMax} characters`)
    : { at, kind: 'string', value };
}

function concatenated(parts: Value[], at: Span): Value {
  let text = '';
  for (const part of parts) {
    if (part.kind !== 'string')
      return part.kind === 'unresolved' ? { ...part, at } : unresolved(at, 'a computed value');
    text += part.value;
    if (text.length > stringLengthMax) break;
  }
  return stringWithinLimit(text, at);
}

function numberValue(node: Node, at: Span): Value {
  const operand = node.type === 'unary_operator' ? node.childForFieldName('argument') : node;
  const operator = node.type === 'unary_operator' ? node.childForFieldName('operator')?.type : '+';
  if (!operand || !/^(?:integer|float)$/.test(operand.type) || !/^[+-]$/.test(operator ?? '')) {
    return unresolved(at, 'a computed expression');
  }
  const size = Number(operand.text.replaceAll('_', ''));
  const value = operator === '-' && size !== 0 ? -size : size;
  const usable = operand.type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
  return usable
    ? { at, kind: operand.type === 'integer' ? 'integer' : 'float', value }
    : unresolved(at, 'a number that JSON cannot represent');
}

function listValue(node: Node, at: Span, names: Names, depth: number): Value {
  const items: Value[] = [];
  for (const part of nameParts(node)) {
    if (part.type === 'list_splat') return unresolved(at, 'a list built from another with `*`');
    items.push(evaluate(part, names, depth + 1));
  }
  return { at, kind: 'list', items };
}

function dictValue(node: Node, at: Span, names: Names, depth: number): Value {
  const entries = new Map<string, DictEntry>();
  for (const part of nameParts(node)) {
    const keyNode = part.childForFieldName('key');
    const valueNode = part.childForFieldName('value');
    if (!keyNode || !valueNode) return unresolved(at, 'a dict built from another with `**`');
    const key = evaluate(keyNode, names, depth + 1);
    if (key.kind === 'unresolved') return unresolved(at, `a dict with a key that is ${key.reason}`);
    if (key.kind !== 'string') return unresolved(at, 'a dict with a key that is not a string');
    entries.set(key.value, { keyAt: nodeSpan(keyNode), value: evaluate(valueNode, names, depth + 1) });
  }
  return { at, kind: 'dict', entries };
}

/** The shim's `ResourceType.GPU` is the string "gpu". No other attribute has a value here. */
function memberOfResourceType(node: Node, at: Span): Value {
  const [, member] = /^(?:\w+\.)*ResourceType\.([A-Za-z_]+)(?:\.value)?$/.exec(node.text) ?? [];
  return member === undefined ? unresolved(at, 'an attribute') : { at, kind: 'string', value: member.toLowerCase() };
}

/** Evaluates subscripts such as `metadata["version"]` and `features[0]`. */
function elementValue(node: Node, at: Span, names: Names, depth: number): Value {
  const containerNode = node.childForFieldName('value');
  const keyNode = node.childForFieldName('subscript');
  if (!containerNode || !keyNode) return unresolved(at, 'a slice');
  const container = stableValue(evaluate(containerNode, names, depth + 1));
  const key = evaluate(keyNode, names, depth + 1);
  const element =
    container.kind === 'dict' && key.kind === 'string'
      ? container.entries.get(key.value)?.value
      : container.kind === 'list' && key.kind === 'integer'
        ? container.items.at(key.value)
        : undefined;
  if (element) return element;
  return container.kind === 'unresolved' ? { ...container, at } : unresolved(at, 'an element that does not exist');
}

/** Evaluates `"a" + "b" + …` iteratively along the left spine, because every `+` nests one level deeper. */
function sumValue(node: Node, at: Span, names: Names, depth: number): Value {
  const parts: Value[] = [];
  let rest: Node | null = node;
  for (; rest?.type === 'binary_operator'; rest = rest.childForFieldName('left')) {
    const right = rest.childForFieldName('right');
    if (rest.childForFieldName('operator')?.type !== '+' || !right) return unresolved(at, 'a computed expression');
    parts.push(evaluate(right, names, depth + 1));
  }
  if (rest) parts.push(evaluate(rest, names, depth + 1));
  return concatenated(parts.reverse(), at);
}
