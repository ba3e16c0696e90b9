// Schemas as their readers see them: fields with their types and limits, opened level by level.
import { element, inline } from './elements.js';

/**
 * @typedef {{
 *   $ref?: string, type?: string | string[], format?: string, const?: unknown, enum?: unknown[], description?: string,
 *   properties?: Record<string, Schema>, required?: string[], items?: Schema, additionalProperties?: boolean | Schema,
 *   anyOf?: Schema[], oneOf?: Schema[], allOf?: Schema[], default?: unknown, pattern?: string,
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
 * In a word or two.
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
  return limits.flatMap(([word, value]) => (value === undefined ? [] : [`${word} ${value}`])).join(', ');
}

/**
 * One field, parameter or header.
 * @param {{ name: string, schema: Schema, required: boolean, description?: string | undefined, place?: string }} field
 * @param {Schemas} schemas
 */
export function fieldView({ name, schema, required, description, place }, schemas) {
  const limits = limitsOf(resolved(schema, schemas));
  const says = description ?? schema.description ?? resolved(schema, schemas).description;
  const inner = innerOf(schema, schemas);
  return element(
    'li',
    {},
    element('code', { class: 'name' }, name),
    element('span', { class: 'type' }, typeOf(schema)),
    ...(place === undefined ? [] : [element('span', { class: 'place' }, place)]),
    ...(required ? [element('span', { class: 'required' }, 'required')] : []),
    ...(limits === '' ? [] : [element('span', { class: 'limits' }, limits)]),
    ...(says === undefined ? [] : [element('p', {}, ...inline(says))]),
    ...(inner ? [opened(inner, schemas)] : []),
  );
}

/**
 * What a field holds, when that has fields of its own.
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
 * The fields are made when they are first looked at: a schema may hold itself.
 * @param {Schema} schema
 * @param {Schemas} schemas
 */
function opened(schema, schemas) {
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
