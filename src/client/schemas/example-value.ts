// Makes an example of a value from its schema, for plugins without examples.
import { isRecord } from '../../contract/plugin/flat-schemas.ts';
import { alternatives, boundsOf, propertiesOf, resolved, type Schema, typesOf, wholeSchema } from './resolved.ts';

const depthMax = 8;
const valuesMax = 500;
const itemsMax = 20;
const charsMax = 2_000;

interface Making {
  root: Schema;
  depth: number;
  /** Values that may still be made, because a recursive schema has no end. */
  left: { values: number };
}

/** Returns an object with the required properties, or with every property if none is required. */
export function exampleObject(declared: unknown): Record<string, unknown> {
  const root = wholeSchema(declared);
  const example = root && exampleOf(root, { root, depth: 0, left: { values: valuesMax } });
  return isRecord(example) ? example : {};
}

function exampleOf(schema: unknown, outer: Making): unknown {
  const making = { ...outer, depth: outer.depth + 1 };
  making.left.values -= 1;
  if (making.left.values < 0 || making.depth > depthMax) return null;
  const known = resolved(making.root, schema);
  const { const: constant, default: preset, enum: choices, examples } = known;
  const given = [constant, ...listed(examples), preset, ...listed(choices)].find((one) => one !== undefined);
  if (given !== undefined) return given;
  const [type] = typesOf(known);
  const [either] = alternatives(known);
  if (type === 'object') return objectOf(known, making);
  if (either !== undefined) return exampleOf(either, making);
  if (type === 'array') return arrayOf(known, making);
  if (type === 'integer' || type === 'number') return numberOf(known);
  if (type === 'boolean') return true;
  return type === 'null' ? null : textOf(known);
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(schema: Schema, making: Making): Record<string, unknown> {
  const [either] = alternatives(schema);
  const other = either === undefined ? undefined : exampleOf(either, making);
  const all = propertiesOf(schema);
  const required = all.filter((property) => property.required);
  const members = required.length > 0 || making.depth > 2 ? required : all;
  const own = Object.fromEntries(members.map((member) => [member.name, exampleOf(member.schema, making)]));
  return { ...(isRecord(other) ? other : {}), ...own };
}

function arrayOf({ items, minItems, prefixItems }: Schema, making: Making): unknown[] {
  const first = listed(prefixItems);
  const least = Math.min(Number(minItems ?? (first.length > 0 || items === false ? 0 : 1)), itemsMax);
  const more = Array.from({ length: Math.max(0, least - first.length) }, () => items);
  return [...first, ...more].map((item) => exampleOf(item, making));
}

const formats = new Map<unknown, string>([
  ['date', '2026-01-31'],
  ['date-time', '2026-01-31T12:00:00Z'],
  ['email', 'someone@example.com'],
  ['uri', 'https://example.com/'],
  ['uuid', '00000000-0000-4000-8000-000000000000'],
]);

function textOf({ format, maxLength, minLength }: Schema): string {
  const text = formats.get(format) ?? 'text';
  return text.padEnd(Math.min(Number(minLength ?? 0), charsMax), 'x').slice(0, Number(maxLength ?? charsMax));
}

/** Returns the number nearest to 1 that the schema allows, as far as it is easily found. */
function numberOf(schema: Schema): number {
  const { above = -Infinity, below = Infinity, least = -Infinity, most = Infinity } = boundsOf(schema);
  const { multipleOf, type } = schema;
  const step = typeof multipleOf === 'number' && multipleOf > 0 ? multipleOf : 1;
  const [low, high] = [Math.max(above, least), Math.min(below, most)];
  const near = Math.min(Math.max(1, low), high);
  const [up, down] = [Math.ceil(near / step) * step, Math.floor(near / step) * step];
  const isAllowed = (value: number) =>
    value > above &&
    value < below &&
    value >= least &&
    value <= most &&
    (type !== 'integer' || Number.isInteger(value));
  return [up, up + step, down, down - step, near, (low + high) / 2].find(isAllowed) ?? 1;
}
