// Lays a JSON Schema out as rows of a table: its fields, each followed by the fields in it.
import { alternatives, propertiesOf, resolved, type Schema, wholeSchema } from '../../../client/schemas/resolved.ts';
import { isRecord } from '../../../contract/plugin/flat-schemas.ts';
import { shortJson, typeWords } from './type-words.ts';

export interface SchemaRow {
  depth: number;
  name: string;
  /** `more` stands for fields that aren't shown. */
  kind: 'field' | 'alternative' | 'more';
  type: string;
  required: boolean;
  /** As JSON. */
  preset?: string;
  description?: string | undefined;
}

const depthMax = 3;
const rowsMax = 150;
const alternativesMax = 8;

/** Returns an empty list if the manifest declares no schema. */
export function schemaRows(declared: unknown): SchemaRow[] {
  const root = wholeSchema(declared);
  const rows: SchemaRow[] = [];
  if (!root) return rows;
  for (const row of wholeRows(root)) {
    if (rows.length === rowsMax) return [...rows, moreRow(0)];
    rows.push(row);
  }
  return rows;
}

interface Place {
  depth: number;
  root: Schema;
  /** The schemas that the place is in, by which a recursive one is recognized. */
  within: readonly unknown[];
}

function wholeRows(root: Schema): Iterable<SchemaRow> {
  const place = { depth: 0, root, within: [] };
  const isObject = propertiesOf(resolved(root, root)).length > 0 && typeWords(root, root) === 'object';
  return isObject ? innerRows(root, place) : fieldRows({ name: '(all)', schema: root, required: true }, place);
}

type Property = ReturnType<typeof propertiesOf>[number];

function* fieldRows(
  { name, required, schema }: Property,
  place: Place,
  kind: SchemaRow['kind'] = 'field',
): Iterable<SchemaRow> {
  const { depth, root } = place;
  const own = resolved(root, schema);
  const preset = Object.hasOwn(own, 'default') ? { preset: shortJson(own.default) } : {};
  const words = { type: typeWords(root, schema), description: describedIn(own), ...preset };
  yield { depth, name, kind, required, ...words };
  yield* innerRows(schema, { ...place, depth: depth + 1 });
}

function describedIn({ deprecated, description, title }: Schema): string | undefined {
  const text = [description, title].find((one) => typeof one === 'string');
  return deprecated === true ? `Deprecated. ${text ?? ''}` : text;
}

/** Yields the fields in a value: an object's, those of a list's items, or those of each alternative. */
function* innerRows(schema: unknown, place: Place): Iterable<SchemaRow> {
  const { depth, root, within } = place;
  const own = resolved(root, schema);
  if (!hasInner(root, own)) return;
  const identity = isRecord(schema) ? (schema.$ref ?? schema) : schema;
  if (depth > depthMax || within.includes(identity)) return yield moreRow(depth);
  const inside = { ...place, within: [...within, identity] };
  for (const property of propertiesOf(own)) yield* fieldRows(property, inside);
  yield* innerRows(own.items, inside);
  yield* innerRows(own.additionalProperties, inside);
  const kinds = alternatives(own).filter((kind) => hasInner(root, resolved(root, kind)));
  if (kinds.length === 1) return yield* innerRows(kinds[0], inside);
  for (const [at, kind] of kinds.entries())
    yield* fieldRows({ name: at === 0 ? 'either' : 'or', schema: kind, required: false }, inside, 'alternative');
}

/** Looks a few levels deep, where only lists and alternatives are followed. */
function hasInner(root: Schema, schema: Schema, levels = 3): boolean {
  if (propertiesOf(schema).length > 0) return true;
  const inner = [schema.items, schema.additionalProperties, ...alternatives(schema).slice(0, alternativesMax)];
  return levels > 0 && inner.some((one) => isRecord(one) && hasInner(root, resolved(root, one), levels - 1));
}

function moreRow(depth: number): SchemaRow {
  return { depth, name: '…more', kind: 'more', type: '', required: false };
}
