// Reads a class in manifest.py: its kind, fields, configuration, and what its functions change. Runs no code, and builds no schema yet.
import type { Node } from 'web-tree-sitter';
import { schemaLimits } from '../../contract/limits/manifest.ts';
import { dottedName, nameParts, nodeSpan } from '../python/syntax.ts';
import type { Names, TypeExpression, Value } from '../python/value.ts';
import { evaluate } from '../python/values.ts';
import { inheritFrom, typeParameters } from './bases.ts';
import { addConfigOption, type ClassDraft } from './class-draft.ts';
import { readHooks } from './hooks.ts';
import { libraryName } from './names.ts';
import { callExpression, pathOf, typeExpression } from './type-expressions.ts';

const innerDepthMax = 4;

export function classValue(definition: Node, decorators: readonly Node[], names: Names, depth = 0): Value | undefined {
  const nameNode = definition.childForFieldName('name');
  const body = definition.childForFieldName('body');
  if (!nameNode || !body) return undefined;
  const at = nodeSpan(nameNode);
  const draft: ClassDraft = {
    name: dottedName(nameNode),
    at,
    kind: 'other',
    description: docstringOf(body, names),
    fields: new Map(),
    computed: new Map(),
    config: new Map(),
    members: new Map(),
    parameters: typeParameters(definition),
    loose: new Set(),
    written: new Map(),
    inner: new Map(),
    isPartial: false,
    depth,
    lastMember: undefined,
    isTexts: false,
  };
  inheritFrom(definition, names, draft);
  if (decorators.some((decorator) => readDataclass(decorator, names, draft))) draft.kind = 'dataclass';
  for (const statement of nameParts(body)) readStatement(statement, names, draft);
  return { at, kind: 'class', schema: draft };
}

/** Returns whether the decorator makes a dataclass. Reads its `config`. */
function readDataclass(decorator: Node, names: Names, draft: ClassDraft): boolean {
  const [expression] = nameParts(decorator);
  const callee = expression?.type === 'call' ? expression.childForFieldName('function') : expression;
  if (!callee || libraryName(pathOf(callee), names) !== 'dataclass') return false;
  const call = expression && callExpression(expression, names);
  const config = call?.arguments.find(({ name }) => name === 'config');
  if (config) addConfig(config, draft);
  return true;
}

/** Adds `ConfigDict(extra="forbid")` or `{"extra": "forbid"}`. */
function addConfig({ type, value }: { type: TypeExpression; value: Value }, draft: ClassDraft): void {
  if (value.kind === 'dict') for (const [key, entry] of value.entries) addConfigOption(key, entry.value, draft);
  if (type.kind !== 'call') return;
  for (const { name = '', value: option } of type.arguments) addConfigOption(name, option, draft);
}

function readStatement(statement: Node, names: Names, draft: ClassDraft): void {
  const [assignment] = statement.type === 'expression_statement' ? nameParts(statement) : [];
  if (assignment?.type === 'assignment') readAssignment(assignment, names, draft);
  else if (statement.type === 'class_definition') readInner(statement, names, draft);
  else if (statement.type === 'decorated_definition') readHooks(statement, names, draft);
  if (/^\s*(?:@classmethod\s+)?def\s+__get_pydantic_/.test(statement.text.slice(0, 200))) {
    draft.gap ??= 'it makes its own schema';
    draft.kind = 'other';
  }
}

function readAssignment(assignment: Node, names: Names, draft: ClassDraft): void {
  const target = assignment.childForFieldName('left');
  const annotation = assignment.childForFieldName('type');
  const right = assignment.childForFieldName('right');
  if (target?.type !== 'identifier') return;
  const name = dottedName(target);
  if (/^(?:model_config|__pydantic_config__)$/.test(name)) {
    if (right) addConfig({ type: typeExpression(right, names), value: evaluate(right, names) }, draft);
  } else if (draft.kind === 'enum') {
    if (right && !name.startsWith('_')) addMember(name, right, names, draft);
  } else if (annotation) addField({ target, annotation, right }, names, draft);
}

function addMember(name: string, right: Node, names: Names, draft: ClassDraft): void {
  const call = callExpression(right, names);
  const isAuto = libraryName(call?.path, names) === 'auto' && call?.arguments.length === 0;
  draft.lastMember = isAuto ? autoValue(name, right, draft) : evaluate(right, names);
  draft.members.set(name, draft.lastMember);
}

/** Returns the value of `auto()`: the name, or a number that counts from the member before it. */
function autoValue(name: string, right: Node, { isTexts, lastMember, members }: ClassDraft): Value | undefined {
  const at = nodeSpan(right);
  if (isTexts) return { at, kind: 'string', value: name.toLowerCase() };
  if (members.size === 0) return { at, kind: 'integer', value: 1 };
  return lastMember?.kind === 'integer' ? { at, kind: 'integer', value: lastMember.value + 1 } : undefined;
}

interface FieldNodes {
  target: Node;
  annotation: Node;
  right: Node | null;
}

/** Adds `name: type`, `name: type = default` or `name: type = Field(…)`. */
function addField({ annotation, right, target }: FieldNodes, names: Names, draft: ClassDraft): void {
  const name = dottedName(target);
  const type = typeExpression(annotation, names);
  const head = type.kind === 'name' || type.kind === 'generic' ? libraryName(type.path, names) : undefined;
  if (
    name.startsWith('_') ||
    head === 'ClassVar' ||
    head === 'KW_ONLY' ||
    /^["']?(?:\w+\.)?ClassVar\b/.test(annotation.text)
  )
    return;
  if (draft.fields.size >= schemaLimits.fieldsMax && !draft.fields.has(name)) {
    draft.gap ??= `it has more than ${schemaLimits.fieldsMax} fields`;
    return;
  }
  const call = right ? callExpression(right, names) : undefined;
  const isOptions = /^(?:Field|field)$/.test(libraryName(call?.path, names) ?? '');
  const hasDefault = right !== null && !isOptions && right.type !== 'ellipsis';
  draft.fields.set(name, {
    name,
    at: nodeSpan(target),
    type,
    ...(call && isOptions ? { options: call } : {}),
    ...(hasDefault ? { defaultValue: memberValue(right, names) } : {}),
    hasDefault: hasDefault || draft.isPartial,
    bindings: [draft.inner],
  });
}

/** Evaluates a default, which can be an Enum's member such as `Color.RED`. */
function memberValue(right: Node, names: Names): Value {
  const [owner = '', member = '', ...rest] = pathOf(right) ?? [];
  const bound = names.get(owner);
  const value = bound?.kind === 'class' && rest.length === 0 ? bound.schema.members.get(member) : undefined;
  return value ?? evaluate(right, names);
}

/** Reads `class Config:`, and classes that fields can name. */
function readInner(definition: Node, names: Names, draft: ClassDraft): void {
  const body = definition.childForFieldName('body');
  const value = draft.depth < innerDepthMax ? classValue(definition, [], names, draft.depth + 1) : undefined;
  if (value?.kind !== 'class' || !body) return;
  if (value.schema.name !== 'Config') {
    draft.inner.set(value.schema.name, { kind: 'class', schema: value.schema });
    return;
  }
  for (const statement of nameParts(body)) {
    const [assignment] = nameParts(statement);
    const [left, right] = [assignment?.childForFieldName('left'), assignment?.childForFieldName('right')];
    if (left && right) addConfigOption(dottedName(left), evaluate(right, names), draft);
  }
}

function docstringOf(body: Node, names: Names): string | undefined {
  const [first] = nameParts(body);
  const [literal] = first?.type === 'expression_statement' ? nameParts(first) : [];
  if (literal?.type !== 'string') return undefined;
  const value = evaluate(literal, names);
  return value.kind === 'string' ? cleanDocstring(value.value) || undefined : undefined;
}

/** Removes the indentation common to all lines except the first, like Python's inspect.cleandoc. */
function cleanDocstring(docstring: string): string {
  const [first = '', ...rest] = docstring.replaceAll('\t', '        ').split('\n');
  const indents = rest.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length);
  const indent = indents.reduce((least, one) => Math.min(least, one), Number.POSITIVE_INFINITY);
  const lines = [first.trimStart(), ...rest.map((line) => line.slice(Math.min(indent, line.length)))];
  const start = lines.findIndex((line) => line !== '');
  return lines.slice(Math.max(start, 0), lines.findLastIndex((line) => line !== '') + 1).join('\n');
}
