// Adds examples to the OpenAPI document's fields and required parameters: the schema's own example, or the one for its name. Readers of
// the document compose body examples from them.
import type { DocumentedFields } from './field-examples.ts';
import { type Document, documentedMethods } from './route-definitions.ts';

type Operation = NonNullable<NonNullable<Document['paths']>[string]['get']>;
type Plain = Exclude<NonNullable<Parameter['schema']>, { $ref: string }>;
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;

/** Adds examples from the tables. A field gets the first one of its name that its schema allows. */
export function addExamples(document: Document, fields: DocumentedFields): void {
  addToFields(document, fields);
  for (const item of Object.values(document.paths ?? {}))
    for (const method of documentedMethods)
      for (const parameter of item[method]?.parameters ?? [])
        if ('name' in parameter && parameter.required === true) addToParameter(parameter, fields);
}

/** Adds examples to the fields of all schemas below the node that have no example of their own. */
function addToFields(node: unknown, fields: DocumentedFields): void {
  if (typeof node !== 'object' || node === null || 'example' in node) return;
  if (isObjectSchema(node))
    for (const [name, field] of Object.entries(node.properties)) {
      const example = field.enum?.find((option) => fields.typicalStates.has(option)) ?? exampleFor(name, field, fields);
      if (field.example === undefined && example !== undefined) field.example = example;
    }
  for (const part of Object.values(node)) addToFields(part, fields);
}

function isObjectSchema(node: object): node is { properties: Record<string, Plain> } {
  return 'properties' in node && 'type' in node && [node.type].flat().includes('object');
}

function addToParameter(parameter: Parameter, fields: DocumentedFields): void {
  const { schema = {} } = parameter;
  if ('$ref' in schema) return;
  const example = schema.example ?? exampleFor(parameter.name, schema, fields) ?? schema.enum?.[0];
  if (parameter.example === undefined && example !== undefined) parameter.example = example;
}

/** Returns null for a text or number that may be null and has no example by its name. */
function exampleFor(name: string, schema: Plain, { examples }: DocumentedFields): unknown {
  const named = examples
    .map((table) => table.get(name))
    .find((example) => example !== undefined && fits(example, schema));
  if (named !== undefined) return named;
  const types: string[] = [schema.type ?? []].flat();
  const isValue = ['string', 'integer', 'number'].some((type) => types.includes(type));
  return isValue && types.includes('null') && !schema.format && !schema.enum ? null : undefined;
}

/** Returns whether the schema allows the example. */
function fits(example: unknown, { type, enum: options, const: only, pattern, format, items }: Plain): boolean {
  if (options) return options.includes(example);
  if (only !== undefined || type === undefined) return false;
  if (![type].flat().some((one) => typesOf(example).includes(one))) return false;
  if (Array.isArray(example)) return !items || '$ref' in items || example.every((item) => fits(item, items));
  if (typeof example !== 'string') return true;
  if (format !== undefined && format !== 'uri' && format !== 'password')
    return format === 'date-time' && isTime(example);
  return pattern === undefined || new RegExp(pattern, 'u').test(example);
}

function typesOf(example: unknown): string[] {
  if (example === null) return ['null'];
  if (Array.isArray(example)) return ['array'];
  return typeof example === 'number' ? ['integer', 'number'] : [typeof example];
}

function isTime(text: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(text);
}
