// Reads the JSON Schema of an agent plugin's configuration. Rejects invalid schemas, references to other documents, and patterns that
// can't be matched in linear time, so that configurations can safely be validated against the rest (config-check.ts).
import type { SchemaDraft } from '@cfworker/json-schema';
import { RE2JS } from 're2js';
import type { Json } from '../../contract/json.ts';

export type SchemaObject = { [keyword: string]: Json };

export interface ConfigSchema {
  root: SchemaObject | boolean;
  draft: SchemaDraft;
}

const depthMax = 50;
const patternCharsMax = 1_000;

const drafts: Record<string, SchemaDraft> = {
  'http://json-schema.org/draft-04/schema': '4',
  'http://json-schema.org/draft-06/schema': '7',
  'http://json-schema.org/draft-07/schema': '7',
  'https://json-schema.org/draft/2019-09/schema': '2019-09',
  'https://json-schema.org/draft/2020-12/schema': '2020-12',
};

/** Keywords whose value is a schema, a list of schemas, or a map of names to schemas. */
const withSchema = new Set(
  'additionalItems unevaluatedItems items contains additionalProperties unevaluatedProperties propertyNames not if then else'.split(
    ' ',
  ),
);
const withList = new Set('prefixItems items allOf anyOf oneOf'.split(' '));
const withMap = new Set('$defs definitions properties patternProperties dependentSchemas dependencies'.split(' '));

type Check = (value: Json) => string | undefined;

const types = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'];
const isType = (value: Json) => typeof value === 'string' && types.includes(value);
const isTexts = (value: Json) => Array.isArray(value) && value.every((item) => typeof item === 'string');
const failsUnless =
  (test: (value: Json) => boolean, message: string): Check =>
  (value) =>
    test(value) ? undefined : message;

const count = failsUnless(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'must be a whole number of at least 0',
);
const number = failsUnless((value) => typeof value === 'number', 'must be a number');
const bound = failsUnless((value) => typeof value === 'number' || typeof value === 'boolean', 'must be a number');
const unsupported: Check = () => 'is not supported; use `$ref` with a JSON pointer';

/** Checks of the values of other keywords. */
const checks: Record<string, Check> = {
  type: failsUnless(
    (value) => isType(value) || (Array.isArray(value) && value.every(isType)),
    `must be one or more of ${types.join(', ')}`,
  ),
  enum: failsUnless((value) => Array.isArray(value), 'must be a list'),
  required: failsUnless((value) => isTexts(value) || typeof value === 'boolean', 'must be a list of names'),
  uniqueItems: failsUnless((value) => typeof value === 'boolean', 'must be true or false'),
  multipleOf: failsUnless((value) => typeof value === 'number' && value > 0, 'must be a number above 0'),
  minimum: number,
  maximum: number,
  exclusiveMinimum: bound,
  exclusiveMaximum: bound,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minContains: count,
  maxContains: count,
  minProperties: count,
  maxProperties: count,
  dependentRequired: failsUnless(
    (value) => isObject(value) && Object.values(value).every(isTexts),
    'must map names to lists of names',
  ),
  pattern: (value) => (typeof value === 'string' ? patternProblem(value) : 'must be a string'),
  $anchor: unsupported,
  $dynamicAnchor: unsupported,
  $dynamicRef: unsupported,
  $recursiveAnchor: unsupported,
  $recursiveRef: unsupported,
};

export function readConfigSchema(text: string): ConfigSchema | { refused: string } {
  const root = parsed(text);
  if (!isObject(root) && typeof root !== 'boolean') return { refused: 'must be a JSON object or boolean' };
  if (!contentOf(root).texts.every((one) => one.isWellFormed())) return { refused: 'contains an unpaired surrogate' };
  const draft = typeof root === 'boolean' ? '2020-12' : draftOf(root);
  if (!draft) return { refused: `uses an unsupported dialect; supported are ${Object.keys(drafts).join(', ')}` };
  const problem = firstProblem(root, root, '#', 0);
  return problem === undefined ? { root, draft } : { refused: problem };
}

/** Returns every distinct string, including property names, and the length of the longest list or object. */
export function contentOf(whole: Json): { texts: string[]; widest: number } {
  const texts = new Set<string>();
  let widest = 0;
  const open: Json[] = [whole];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value === 'string') texts.add(value);
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) for (const name of Object.keys(value)) texts.add(name);
    const inner = Object.values(value);
    widest = Math.max(widest, inner.length);
    for (const one of inner) open.push(one);
  }
  return { texts: [...texts], widest };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function draftOf({ $schema }: SchemaObject): SchemaDraft | undefined {
  if ($schema === undefined) return '2020-12';
  return typeof $schema === 'string' ? drafts[$schema.replace(/#$/, '')] : undefined;
}

export function isObject(value: Json | undefined): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstProblem(root: SchemaObject | boolean, schema: Json, at: string, depth: number): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return `${at} must be a schema: an object or a boolean`;
  if (depth > depthMax) return `${at} is nested deeper than ${depthMax} levels`;
  for (const [keyword, value] of Object.entries(schema)) {
    const place = `${at}/${keyword}`;
    const problem = valueProblem(root, keyword, value, depth);
    if (problem !== undefined) return `${place} ${problem}`;
    for (const [name, inner] of schemasIn(keyword, value)) {
      const unsafe = keyword === 'patternProperties' ? patternProblem(name) : undefined;
      if (unsafe !== undefined) return `${place}: ${JSON.stringify(name)} ${unsafe}`;
      const found = firstProblem(root, inner, `${place}${name === '' ? '' : `/${name}`}`, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function valueProblem(root: SchemaObject | boolean, keyword: string, value: Json, depth: number): string | undefined {
  if (keyword === '$ref') return referenceProblem(root, value);
  if ((keyword === '$id' || keyword === 'id') && depth > 0 && typeof value === 'string')
    return 'is only supported at the root of the schema';
  const form = formOf(keyword, value);
  if (form === 'list' && !Array.isArray(value)) return 'must be a list of schemas';
  if (form === 'map' && !isObject(value)) return 'must map names to schemas';
  return Object.hasOwn(checks, keyword) ? checks[keyword]?.(value) : undefined;
}

/** Returns the schemas within the value of a keyword, by name or index. */
function schemasIn(keyword: string, value: Json): [string, Json][] {
  const form = formOf(keyword, value);
  if (form === 'map' && isObject(value))
    return Object.entries(value).filter(([, inner]) => keyword !== 'dependencies' || !isTexts(inner));
  if (form === 'list' && Array.isArray(value)) return value.map((inner, i) => [String(i), inner]);
  return form === undefined ? [] : [['', value]];
}

/** Returns how the value of a keyword contains schemas, or undefined if it contains none. */
export function formOf(keyword: string, value: Json): 'schema' | 'list' | 'map' | undefined {
  if (withMap.has(keyword)) return 'map';
  if (withList.has(keyword) && (Array.isArray(value) || !withSchema.has(keyword))) return 'list';
  return withSchema.has(keyword) ? 'schema' : undefined;
}

/** Whether the keyword affects validation. Others are annotations. */
export function isAssertion(keyword: string): boolean {
  return keyword === 'const' || Object.hasOwn(checks, keyword);
}

/** Allows references within the schema only: nothing is ever fetched. */
function referenceProblem(root: SchemaObject | boolean, value: Json): string | undefined {
  const message = 'must be `#` and a JSON pointer to a schema in this document, but not into patternProperties';
  const tokens = typeof value === 'string' ? referenceTokens(value) : undefined;
  if (!tokens) return message;
  let target: Json | undefined = root;
  for (let i = 0; i < tokens.length; i += 1) {
    const keyword = tokens[i] ?? '';
    const member: Json | undefined = isObject(target) && Object.hasOwn(target, keyword) ? target[keyword] : undefined;
    const name = tokens[i + 1] ?? '';
    if (withMap.has(keyword) && keyword !== 'patternProperties' && isObject(member)) {
      target = Object.hasOwn(member, name) ? member[name] : undefined;
      i += 1;
    } else if (withList.has(keyword) && Array.isArray(member)) {
      target = /^\d{1,6}$/.test(name) ? member[Number(name)] : undefined;
      i += 1;
    } else target = withSchema.has(keyword) ? member : undefined;
  }
  return isObject(target) || typeof target === 'boolean' ? undefined : message;
}

/** Parses a reference within the schema into its tokens. Returns undefined for other references. */
export function referenceTokens(reference: string): string[] | undefined {
  if (!/^#(?:\/|$)/.test(reference)) return undefined;
  try {
    return reference
      .slice(1)
      .split('/')
      .slice(1)
      .map((token) => decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~'));
  } catch {
    return undefined;
  }
}

function patternProblem(pattern: string): string | undefined {
  if (pattern.length > patternCharsMax) return `is longer than ${patternCharsMax} characters`;
  try {
    compiledPattern(pattern);
    return undefined;
  } catch {
    return 'is not supported: patterns must be matched in linear time, without look-around and backreferences';
  }
}

/** Compiles with RE2, which matches every pattern in linear time. */
export function compiledPattern(pattern: string): RE2JS {
  return RE2JS.compile(RE2JS.translateRegExp(pattern));
}
