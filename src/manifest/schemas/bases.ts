// Reads a class's bases: what kind of class it is, and the fields that it inherits.
import type { Node } from 'web-tree-sitter';
import { schemaLimits } from '../../contract/limits/manifest.ts';
import { dottedName, nameParts } from '../python/syntax.ts';
import type { Bindings, ClassKind, ClassSchema, Names, TypeExpression, Value } from '../python/value.ts';
import { evaluate } from '../python/values.ts';
import { addConfigOption, type ClassDraft } from './class-draft.ts';
import { meaningOf } from './names.ts';
import { typeExpression } from './type-expressions.ts';

const kinds: ReadonlyMap<string, ClassKind> = new Map([
  ['BaseModel', 'model'],
  ['RootModel', 'root'],
  ['TypedDict', 'typed-dict'],
  ['NamedTuple', 'named-tuple'],
  ['Enum', 'enum'],
  ['IntEnum', 'enum'],
  ['StrEnum', 'enum'],
]);

/** Bases that change nothing in a schema. */
const neutral: ReadonlySet<string> = new Set('Generic Protocol ABC object str int float'.split(' '));

/** Returns the names in `class Page[Item]`. */
export function typeParameters(definition: Node): string[] {
  const list = definition.childForFieldName('type_parameters');
  return (list ? nameParts(list) : []).flatMap((part) => /^\w+/u.exec(part.text)?.[0] ?? []);
}

/** Adds what the bases have. The first of several wins, as in Python. */
export function inheritFrom(definition: Node, names: Names, draft: ClassDraft): void {
  const list = definition.childForFieldName('superclasses');
  const parts = list ? nameParts(list) : [];
  for (const base of parts.filter(({ type }) => type !== 'keyword_argument').reverse()) {
    addBase(typeExpression(base, names), base.text, names, draft);
  }
  for (const part of parts) {
    const [name, value] = [part.childForFieldName('name'), part.childForFieldName('value')];
    if (part.type === 'keyword_argument' && name && value) addOption(dottedName(name), evaluate(value, names), draft);
  }
}

function addOption(name: string, value: Value, draft: ClassDraft): void {
  if (name === 'total') draft.isPartial = value.kind === 'boolean' && !value.value;
  else addConfigOption(name, value, draft);
}

function addBase(base: TypeExpression, text: string, names: Names, draft: ClassDraft): void {
  const path = base.kind === 'name' || base.kind === 'generic' ? base.path : undefined;
  const parameters = base.kind === 'generic' ? base.parameters : [];
  const meaning = path && meaningOf(path, names);
  if (meaning?.kind === 'class') {
    addInherited(meaning.schema, parameters, draft);
    return;
  }
  const name = meaning?.kind === 'known' ? meaning.name : '';
  const kind = kinds.get(name);
  if (kind) draft.kind = kind;
  if (name === 'StrEnum') draft.isTexts = true;
  if (name === 'Generic' || name === 'Protocol') draft.parameters = parameterNames(parameters);
  if (kind === 'root') addRoot(parameters[0], draft);
  if (kind || neutral.has(name)) return;
  draft.gap ??= `its base class ${text.slice(0, 60)} isn't in manifest.py`;
  if (draft.kind === 'other') draft.kind = 'model';
}

function parameterNames(parameters: readonly TypeExpression[]): string[] {
  return parameters.flatMap((one) => (one.kind === 'name' ? one.path.join('.') : []));
}

function addRoot(type: TypeExpression | undefined, draft: ClassDraft): void {
  if (type) draft.fields.set('root', { name: 'root', at: draft.at, type, hasDefault: false, bindings: [draft.inner] });
}

function addInherited(parent: ClassSchema, parameters: readonly TypeExpression[], draft: ClassDraft): void {
  if (parent.kind !== 'other') draft.kind = parent.kind;
  if (parent.gap !== undefined) draft.gap ??= parent.gap;
  const own: Bindings = new Map(
    parent.parameters.slice(0, parameters.length).map((name, at) => [name, parameters[at] ?? { kind: 'any' }]),
  );
  for (const [name, field] of parent.fields) draft.fields.set(name, throughBase(field, own));
  for (const [name, field] of parent.computed) draft.computed.set(name, throughBase(field, own));
  for (const [key, value] of parent.config) if (key !== 'title') draft.config.set(key, value);
  for (const name of parent.loose) draft.loose.add(name);
  for (const [name, type] of parent.written) draft.written.set(name, type);
  if (parent.looseModel) draft.looseModel = parent.looseModel;
  if (parent.writtenModel) draft.writtenModel = parent.writtenModel;
}

/** Adds what the subclass says of the base's type parameters. In a long chain of bases, only the nearest to the field are kept. */
function throughBase<Inherited extends { bindings: readonly Bindings[] }>(field: Inherited, own: Bindings): Inherited {
  if (own.size === 0) return field;
  return { ...field, bindings: [own, ...field.bindings].slice(-schemaLimits.typeDepthMax) };
}
