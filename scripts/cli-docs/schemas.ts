// Reads openapi.json, and renders the schemas that `--json` output refers to in TypeScript notation.
import { z } from 'zod';

interface Schema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  enum?: (string | number | boolean | null)[] | undefined;
  items?: Schema | undefined;
  properties?: Record<string, Schema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: boolean | Schema | undefined;
  allOf?: Schema[] | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
}

const schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
    items: schema.optional(),
    properties: z.record(z.string(), schema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), schema]).optional(),
    allOf: z.array(schema).optional(),
    anyOf: z.array(schema).optional(),
    oneOf: z.array(schema).optional(),
  }),
);

const operationModel = z.object({
  'x-slipway-command': z.string(),
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.object({ schema: schema.optional() })).optional() }),
  ),
});

export const documentModel = z.object({
  components: z.object({ schemas: z.record(z.string(), schema) }),
  paths: z.record(z.string(), z.record(z.string(), operationModel)),
});
export type Document = z.infer<typeof documentModel>;

/** Longer enumerations are omitted; they are in openapi.json. */
const valuesMax = 12;
const prefix = '#/components/schemas/';

export const schemaName = ($ref: string) => $ref.slice(prefix.length);

/** Renders the named schemas and the schemas they refer to, sorted by name. */
export function renderSchemas(names: Iterable<string>, schemas: Record<string, Schema>): string {
  const found = new Map<string, string>();
  const pending = [...names];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const named = schemas[name];
    if (found.has(name) || named === undefined) continue;
    const text = render(named, '');
    found.set(
      name,
      named.type === 'object' && named.properties ? `interface ${name} ${text}` : `type ${name} = ${text}`,
    );
    pending.push(...referencesIn(named));
  }
  const sorted = [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([, text]) => text).join('\n\n');
}

function referencesIn(named: Schema): string[] {
  return [...JSON.stringify(named).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);
}

function render(part: Schema, indent: string): string {
  if (part.$ref) return schemaName(part.$ref);
  if (part.allOf) return part.allOf.map((each) => render(each, indent)).join(' & ');
  const choices = part.anyOf ?? part.oneOf;
  if (choices) return choices.map((each) => render(each, indent)).join(' | ');
  if (part.enum) return renderEnum(part.enum);
  const types = [part.type ?? []].flat();
  if (types.length === 0) return 'unknown';
  return types.map((type) => renderType(type, part, indent)).join(' | ');
}

function renderEnum(values: NonNullable<Schema['enum']>): string {
  if (values.length > valuesMax) return `string /* one of ${values.length} values */`;
  return values.map((value) => JSON.stringify(value).replaceAll('"', "'")).join(' | ');
}

function renderType(type: string, part: Schema, indent: string): string {
  if (type === 'integer') return 'number';
  if (type === 'array') return `(${render(part.items ?? {}, indent)})[]`.replace(/^\((\w+)\)/, '$1');
  return type === 'object' ? renderObject(part, indent) : type;
}

function renderObject({ additionalProperties, properties, required = [] }: Schema, indent: string): string {
  if (!properties) {
    const values = typeof additionalProperties === 'object' ? render(additionalProperties, indent) : 'unknown';
    return `Record<string, ${values}>`;
  }
  const inner = `${indent}  `;
  const fields = Object.entries(properties).map(
    ([name, field]) => `${inner}${name}${required.includes(name) ? '' : '?'}: ${render(field, inner)};\n`,
  );
  return `{\n${fields.join('')}${indent}}`;
}
