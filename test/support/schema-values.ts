// Generates values at the limits that the OpenAPI document sets for a field, and values just beyond them.

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}

export interface Values {
  allowed: unknown[];
  refused: unknown[];
}

/** Length of the longest generated string or list. */
const lengthMax = 100_000;

/** Returns values for a JSON field. Combined schemas are left to the fuzzer. */
export function valuesOf(schema: Schema, example: unknown): Values {
  const { type, anyOf, oneOf, allOf } = schema;
  if (anyOf || oneOf || allOf || 'const' in schema || type === undefined) return { allowed: [], refused: [] };
  const types = [type].flat();
  const kinds = types.map((one) => ofType(one, schema, example));
  const others = ['string', 'boolean', 'null', 'array', 'object'].filter((one) => !types.includes(one));
  const ofOthers = others.map((one) => ({ string: 'text', boolean: true, null: null, array: [], object: {} })[one]);
  return {
    allowed: kinds.flatMap(({ allowed }) => allowed),
    refused: [...kinds.flatMap(({ refused }) => refused), ...ofOthers],
  };
}

/** Returns values for a parameter, as text. */
export function textsOf(schema: Schema): { allowed: string[]; refused: string[] } {
  const { type, format, pattern, enum: options } = schema;
  if (type === 'boolean') return { allowed: ['true', 'false'], refused: ['yes', ''] };
  if (type === 'integer') {
    const { allowed, refused } = ofType(type, schema, undefined);
    return { allowed: allowed.map(String), refused: [...refused.map(String), '', ' 1', '1e1', '0x1', 'one', '1.5'] };
  }
  if (type !== 'string') throw new Error(`no values are known for a parameter of the type ${type}`);
  const { allowed, refused } = ofType(type, schema, undefined);
  const free = options === undefined && format === undefined && pattern === undefined;
  const empty = free ? ((schema.minLength ?? 0) > 0 ? { refused: [''] } : { allowed: [''] }) : { refused: [] };
  return {
    allowed: [...allowed.map(String), ...(empty.allowed ?? [])],
    refused: [...refused.map(String), ...(empty.refused ?? [])],
  };
}

function ofType(type: string, schema: Schema, example: unknown): Values {
  switch (type) {
    case 'integer':
      return ofInteger(schema);
    case 'string':
      return ofString(schema);
    case 'boolean':
      return ofBoolean(schema);
    case 'null':
      return { allowed: [null], refused: [] };
    case 'array':
      return ofArray(schema, example);
    default:
      return { allowed: [], refused: [] };
  }
}

function ofBoolean({ enum: options = [true, false] }: Schema): Values {
  return { allowed: options, refused: [true, false].filter((value) => !options.includes(value)) };
}

function ofInteger({ minimum, maximum }: Schema): Values {
  const isSafe = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  return {
    allowed: [minimum, maximum].filter((limit) => limit !== undefined),
    refused: [...(minimum === undefined ? [] : [minimum - 1]), ...(isSafe ? [maximum + 1] : []), 0.5],
  };
}

function ofString({ enum: options, format, maxLength, minLength = 0, pattern }: Schema): Values {
  if (options) return { allowed: options.filter((option) => option !== null), refused: ['not-one-of-them'] };
  const long = maxLength !== undefined && maxLength < lengthMax ? ['x'.repeat(maxLength + 1)] : [];
  if (format === 'date-time') return { allowed: ['2026-03-05T09:30:00.000Z'], refused: ['yesterday', ...long] };
  if (format !== undefined) return { allowed: [], refused: long };
  const short = minLength > 0 ? ['x'.repeat(minLength - 1)] : [];
  const expression = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  const odd = ['', '\u0001', '\u00e9 !'].filter((text) => expression && !expression.test(text));
  const edges = [minLength, ...(long.length > 0 ? [maxLength ?? 0] : [])].map((length) => 'x'.repeat(length));
  return {
    allowed: edges.filter((text) => expression?.test(text) ?? true),
    refused: [...short, ...long, ...odd],
  };
}

function ofArray({ minItems = 0, maxItems }: Schema, example: unknown): Values {
  const item: unknown = Array.isArray(example) ? example[0] : undefined;
  const few = minItems > 0 ? [[]] : [];
  if (item === undefined || maxItems === undefined || maxItems > 1000) return { allowed: [], refused: few };
  return { allowed: [], refused: [...few, Array<unknown>(maxItems + 1).fill(item)] };
}
