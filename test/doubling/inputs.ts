// Finds the inputs of the API that may be long texts, by the API document.
import { z } from 'zod';

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.looseObject({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    maxLength: z.number().optional(),
    maxItems: z.number().optional(),
    pattern: z.string().optional(),
    properties: z.record(z.string(), schema).optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
    items: schema.optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
    allOf: z.array(schema).optional(),
  }),
);
interface Schema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  enum?: unknown[] | undefined;
  maxLength?: number | undefined;
  maxItems?: number | undefined;
  pattern?: string | undefined;
  properties?: Record<string, Schema> | undefined;
  additionalProperties?: boolean | Schema | undefined;
  items?: Schema | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
  allOf?: Schema[] | undefined;
}

const reference = z.looseObject({ $ref: z.string().optional() });
const parameter = z.object({ name: z.string(), in: z.string(), schema });
const media = z.record(z.string(), z.object({ schema: schema.optional() }));
const operation = z.object({
  parameters: z.array(reference).optional(),
  requestBody: z.object({ content: media }).optional(),
});
const documentModel = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.record(z.string(), z.record(z.string(), z.unknown())),
});
type Document = z.infer<typeof documentModel>;

/** A square of this many characters takes a few milliseconds. */
const shortChars = 2048;
const methods = new Set(['get', 'post', 'put', 'patch', 'delete']);

/** Returns the inputs without a bound that is short: `query cursor` for all operations, and `body name of POST /path` for one. */
export function longInputs(text: string): string[] {
  const document = documentModel.parse(JSON.parse(text));
  const found = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.has(method))
      .flatMap(([method, value]) => inputsOf(document, `${method.toUpperCase()} ${path}`, operation.parse(value))),
  );
  return [...new Set(found)].sort();
}

function inputsOf(
  document: Document,
  name: string,
  { parameters = [], requestBody }: z.infer<typeof operation>,
): string[] {
  const long = (one: Schema | undefined) => one !== undefined && charsOf(document, one, []) > shortChars;
  const given = parameters
    .map((one) => parameter.parse(resolved(document, one)))
    .filter((one) => long(one.schema))
    .map((one) => `${one.in} ${one.name}`);
  const fields = Object.values(requestBody?.content ?? {}).flatMap(({ schema: body }) => {
    const { properties } = schema.parse(resolved(document, body ?? {}));
    if (!properties) return long(body) ? [`body of ${name}`] : [];
    return Object.entries(properties).flatMap(([field, one]) => (long(one) ? [`body ${field} of ${name}`] : []));
  });
  return [...given, ...fields];
}

function resolved(document: Document, one: { $ref?: string | undefined }): unknown {
  const [, kind = '', name = ''] = /^#\/components\/(\w+)\/(.+)$/.exec(one.$ref ?? '') ?? [];
  return name === '' ? one : document.components[kind]?.[name];
}

/** Returns how many characters a value may have. */
function charsOf(document: Document, written: Schema, outer: readonly Schema[]): number {
  const one = schema.parse(resolved(document, written));
  if (one.enum) return 0;
  if (outer.length > 20) return Number.POSITIVE_INFINITY;
  const inner = (value: Schema) => charsOf(document, value, [...outer, one]);
  const others = one.anyOf ?? one.oneOf ?? one.allOf;
  if (others) return Math.max(...others.map(inner));
  const types = [one.type ?? 'unknown'].flat();
  return Math.max(...types.map((type) => charsOfType(type, one, inner)));
}

function charsOfType(type: string, one: Schema, inner: (value: Schema) => number): number {
  switch (type) {
    case 'null':
    case 'boolean':
    case 'integer':
    case 'number':
      return 0;
    case 'string':
      return one.maxLength ?? (isBounded(one.pattern) ? shortChars : Number.POSITIVE_INFINITY);
    case 'array':
      return (
        (one.maxItems ?? Number.POSITIVE_INFINITY) *
        Math.max(1, one.items ? inner(one.items) : Number.POSITIVE_INFINITY)
      );
    case 'object':
      return one.properties && !one.additionalProperties
        ? Object.values(one.properties).reduce((sum, value) => sum + inner(value), 0)
        : Number.POSITIVE_INFINITY;
    default:
      return Number.POSITIVE_INFINITY;
  }
}

/** Returns whether no text of any length matches the pattern. */
function isBounded(pattern: string | undefined): boolean {
  if (pattern === undefined) return false;
  return !/[*+]|,\}/.test(pattern.replaceAll(/\\.|\[[^\]]*\]/g, 'x'));
}
