// Renders schemas: fields with their types and limits, expanded level by level.
import { element, inline } from './elements.js';

/**
 * @typedef {{
 *   $ref?: string, type?: string | string[], format?: string, const?: unknown, enum?: unknown[], description?: string,
 *   properties?: Record<string, Schema>, required?: string[], items?: Schema, additionalProperties?: boolean | Schema,
 *   anyOf?: Schema[], oneOf?: Schema[], allOf?: Schema[], default?: unknown, example?: unknown, pattern?: string, contentEncoding?: string,
 *   minLength?: number, maxLength?: number, minimum?: number, maximum?: number, minItems?: number, maxItems?: number,
 * }} Schema
 * @typedef {Record<string, Schema>} Schemas
 */

/**
 * @param {Schema} schema
 * @param {Schemas} schemas
 * @returns {Schema}
 */
export function resolved(schema, schemas) {
  if (schema.$ref !== undefined) return resolved(schemas[nameOf(schema.$ref)] ?? {}, schemas);
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => resolved(part, schemas));
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required = [] }) => required),
  };
}

/** @param {string} ref */
function nameOf(ref) {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

/**
 * Names the type of a schema in short.
 * @param {Schema} schema
 * @returns {string}
 */
export function typeOf(schema) {
  if (schema.$ref !== undefined) return nameOf(schema.$ref);
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map(typeOf))].join(' | ');
  if (schema.allOf) return schema.allOf.map(typeOf).join(' & ');
  const types = [schema.type ?? (schema.properties ? 'object' : 'any')].flat();
  return types.map((type) => (type === 'array' ? `${typeOf(schema.items ?? {})}[]` : type)).join(' | ');
}

/** @param {Schema} schema */
function limitsOf({ format, pattern, minLength, maxLength, minimum, maximum, minItems, maxItems, default: fallback }) {
  /** @type {[string, unknown][]} */
  const limits = [
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

/**
 * Renders one field, parameter or header.
 * @param {{ name: string, schema: Schema, required: boolean, description?: string | undefined, place?: string }} field
 * @param {Schemas} schemas
 */
export function fieldView({ name, schema, required, description, place }, schemas) {
  const limits = limitsOf(resolved(schema, schemas));
  const text = description ?? schema.description ?? resolved(schema, schemas).description;
  const inner = innerOf(schema, schemas);
  return element(
    'li',
    {},
    element('code', { class: 'name' }, name),
    element('span', { class: 'type' }, typeOf(schema)),
    ...(place === undefined ? [] : [element('span', { class: 'place' }, place)]),
    ...(required ? [element('span', { class: 'required' }, 'required')] : []),
    ...(limits === '' ? [] : [element('span', { class: 'limits' }, limits)]),
    ...(text === undefined ? [] : [element('p', {}, ...inline(text))]),
    ...(inner ? [expandable(inner, schemas)] : []),
  );
}

/**
 * Returns the nested schema of a field if it has fields, also through arrays and unions.
 * @param {Schema} schema
 * @param {Schemas} schemas
 * @returns {Schema | undefined}
 */
function innerOf(schema, schemas) {
  const plain = resolved(schema, schemas);
  if (plain.properties && Object.keys(plain.properties).length > 0) return plain;
  if (plain.items) return innerOf(plain.items, schemas);
  const choices = plain.anyOf ?? plain.oneOf ?? [];
  return choices.map((choice) => innerOf(choice, schemas)).find((inner) => inner !== undefined);
}

/**
 * Renders nested fields when they are first expanded: a schema may contain itself.
 * @param {Schema} schema
 * @param {Schemas} schemas
 */
function expandable(schema, schemas) {
  const details = element('details', {}, element('summary', {}, 'Fields'));
  details.addEventListener('toggle', () => details.append(fieldsView(schema, schemas)), { once: true });
  return details;
}

/**
 * @param {Schema} schema
 * @param {Schemas} schemas
 */
export function fieldsView(schema, schemas) {
  const { properties = {}, required = [] } = innerOf(schema, schemas) ?? {};
  const fields = Object.entries(properties).map(([name, field]) =>
    fieldView({ name, schema: field, required: required.includes(name) }, schemas),
  );
  return element('ul', { class: 'fields' }, ...fields);
}
