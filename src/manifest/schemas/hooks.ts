// Reads the functions of a class that change what it accepts or writes: validators that run before the check, serializers, computed fields.
import type { Node } from 'web-tree-sitter';
import { schemaLimits } from '../../contract/limits/manifest.ts';
import { dottedName, nameParts, nodeSpan } from '../python/syntax.ts';
import type { Argument, Call, Names, TypeExpression } from '../python/value.ts';
import { evaluate } from '../python/values.ts';
import type { ClassDraft } from './class-draft.ts';
import { libraryName } from './names.ts';
import { callExpression, pathOf, typeExpression } from './type-expressions.ts';

export function readHooks(decorated: Node, names: Names, draft: ClassDraft): void {
  const definition = decorated.childForFieldName('definition');
  if (definition?.type !== 'function_definition') return;
  for (const decorator of nameParts(decorated)) {
    const [expression] = decorator.type === 'decorator' ? nameParts(decorator) : [];
    const call = expression && callOf(expression, names);
    if (call) readHook(call, definition, names, draft);
  }
}

/** Returns a decorator as a call, also without parentheses. */
function callOf(expression: Node, names: Names): Call | undefined {
  const path = pathOf(expression);
  return path ? { kind: 'call', path, arguments: [] } : callExpression(expression, names);
}

function readHook(call: Call, definition: Node, names: Names, draft: ClassDraft): void {
  const returned = definition.childForFieldName('return_type');
  const type = returned ? typeExpression(returned, names) : typeOption(call);
  const at = nodeSpan(definition.childForFieldName('name') ?? definition);
  switch (libraryName(call.path, names)) {
    case 'field_validator':
    case 'validator':
      if (isEarly(call))
        for (const name of namedFields(call)) draft.loose.add(draft.loose.size < schemaLimits.fieldsMax ? name : '*');
      break;
    case 'model_validator':
    case 'root_validator':
      if (isEarly(call)) draft.looseModel = at;
      break;
    case 'field_serializer':
      for (const name of namedFields(call).slice(0, schemaLimits.fieldsMax)) draft.written.set(name, type);
      break;
    case 'model_serializer':
      draft.writtenModel = { at, type };
      break;
    case 'computed_field':
      addComputed(call, definition, { type, names, draft });
  }
}

/** Returns whether a validator gets values before they are checked, or instead. */
function isEarly({ arguments: parts }: Call): boolean {
  const mode = option(parts, 'mode');
  const pre = option(parts, 'pre');
  return (mode?.kind === 'string' && mode.value !== 'after') || (pre?.kind === 'boolean' && pre.value);
}

function option(parts: readonly Argument[], wanted: string): Argument['value'] | undefined {
  return parts.find(({ name }) => name === wanted)?.value;
}

function typeOption({ arguments: parts }: Call): TypeExpression | undefined {
  return parts.find(({ name }) => name === 'return_type')?.type;
}

function namedFields({ arguments: parts }: Call): string[] {
  return parts.flatMap(({ name, value }) => (name === undefined && value.kind === 'string' ? [value.value] : []));
}

interface Property {
  type: TypeExpression | undefined;
  names: Names;
  draft: ClassDraft;
}

function addComputed(call: Call, definition: Node, { draft, names, type }: Property): void {
  const nameNode = definition.childForFieldName('name');
  if (!nameNode || draft.computed.size >= schemaLimits.fieldsMax) return;
  const [first] = nameParts(definition.childForFieldName('body') ?? definition);
  const [literal] = first?.type === 'expression_statement' ? nameParts(first) : [];
  const docstring = literal?.type === 'string' ? evaluate(literal, names) : undefined;
  const described: Argument[] =
    docstring?.kind === 'string' && !option(call.arguments, 'description')
      ? [{ name: 'description', value: docstring, type: { kind: 'any' } }]
      : [];
  const name = dottedName(nameNode);
  draft.computed.set(name, {
    name,
    at: nodeSpan(nameNode),
    type: type ?? { kind: 'any' },
    options: { ...call, arguments: [...described, ...call.arguments] },
    hasDefault: false,
    bindings: [draft.inner],
  });
}
