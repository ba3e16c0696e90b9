// Renders schemas: fields with their types and limits, expanded level by level.
import { resolved, type Schema, type Schemas, schemaName } from '../document.ts';
import { element, inline } from '../elements.ts';

/** Returns a short name for a schema's type. */
function typeOf(schema: Schema): string {
  if (schema.$ref !== undefined) return schemaName(schema.$ref);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' | ');
  if (schema.allOf) return schema.allOf.map(typeOf).join(' & ');
  const types = [schema.type ?? (schema.properties ? 'object' : 'any')].flat();
  return types.map((type) => (type === 'array' ? `${typeOf(schema.items ?? {})}[]` : type)).join(' | ');
}

function limitsOf(schema: Schema): string {
  const { format, pattern, minLength, maxLength, minimum, maximum, minItems, maxItems, default: fallback } = schema;
  const limits: [label: string, value: unknown][] = [
    ['format', format],
    ['pattern', pattern],
    ['at least', minimum],
    ['at most', maximum === Number.MAX_SAFE_INTEGER ? undefined : maximum],
    ['min length', minLength],
    ['max length', maxLength],
    ['min items', minItems],
    ['max items', maxItems],
    ['default', fallback === undefined ? undefined : JSON.stringify(fallback)],
  ];
  return limits.flatMap(([label, value]) => (value === undefined ? [] : [`${label} ${value}`])).join(', ');
}

interface Field {
  name: string;
  schema: Schema;
  required: boolean;
  description?: string | undefined;
  place?: string;
}

/** Renders a field, parameter or header. */
export function fieldView({ name, schema, required, description, place }: Field, schemas: Schemas = {}): HTMLElement {
  const limits = limitsOf(resolved(schema, schemas));
  const text = description ?? schema.description ?? resolved(schema, schemas).description;
  const inner = innerOf(schema, schemas);
  return element(
    'li',
    {},
    element('code', { class: 'name' }, name),
    element('span', { class: 'type' }, typeOf(schema)),
    ...(place === undefined ? [] : [element('span', { class: 'type' }, place)]),
    ...(required ? [element('span', { class: 'required' }, 'required')] : []),
    ...(limits === '' ? [] : [element('span', { class: 'type' }, limits)]),
    ...(text === undefined ? [] : [element('p', {}, ...inline(text))]),
    ...(inner ? [expandable(inner, schemas)] : []),
  );
}

/** Returns a field's nested schema if that has fields, looking through arrays and unions. */
function innerOf(schema: Schema, schemas: Schemas): Schema | undefined {
  const plain = resolved(schema, schemas);
  if (plain.properties && Object.keys(plain.properties).length > 0) return plain;
  if (plain.items) return innerOf(plain.items, schemas);
  const choices = plain.anyOf ?? plain.oneOf ?? [];
  return choices.map((choice) => innerOf(choice, schemas)).find((inner) => inner !== undefined);
}

/** Renders nested fields when first expanded, because a schema may contain itself. */
function expandable(schema: Schema, schemas: Schemas): HTMLElement {
  const details = element('details', {}, element('summary', {}, 'Fields'));
  details.addEventListener('toggle', () => details.append(fieldsView(schema, schemas)), { once: true });
  return details;
}

export function fieldsView(schema: Schema, schemas: Schemas = {}): HTMLElement {
  const { properties = {}, required = [] } = innerOf(schema, schemas) ?? {};
  const fields = Object.entries(properties).map(([name, field]) =>
    fieldView({ name, schema: field, required: required.includes(name) }, schemas),
  );
  return element('ul', { class: 'fields' }, ...fields);
}

/** Renders a body by media type: its fields, and an example for JSON. */
export function bodyView(type: string, schema: Schema, example: HTMLElement | null, schemas: Schemas = {}) {
  const name = element('p', { class: 'type' }, `${type} · ${typeOf(schema)}`);
  return [name, fieldsView(schema, schemas), ...(example ? [example] : [])];
}
