// The JSON Schema of an agent plugin's configuration: read, and refused when it says what no JSON Schema says, refers to what isn't
// in it, or has a pattern that can't be matched in linear time. What is left can be checked against (config-check.ts).
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

/** Where a keyword holds a schema, a list of them, or schemas by name. */
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
const says =
  (test: (value: Json) => boolean, words: string): Check =>
  (value) =>
    test(value) ? undefined : words;

const count = says(
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'must be a whole number of at least 0',
);
const number = says((value) => typeof value === 'number', 'must be a number');
const bound = says((value) => typeof value === 'number' || typeof value === 'boolean', 'must be a number');
const unsupported: Check = () => 'is not supported; refer to a schema by `$ref` and a JSON pointer';

/** What else the value of a keyword must be. */
const checks: Record<string, Check> = {
  type: says(
    (value) => isType(value) || (Array.isArray(value) && value.every(isType)),
    `must be of ${types.join(', ')}`,
  ),
  enum: says((value) => Array.isArray(value), 'must be a list'),
  required: says((value) => isTexts(value) || typeof value === 'boolean', 'must be a list of names'),
  uniqueItems: says((value) => typeof value === 'boolean', 'must be true or false'),
  multipleOf: says((value) => typeof value === 'number' && value > 0, 'must be a number above 0'),
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
  dependentRequired: says(
    (value) => isObject(value) && Object.values(value).every(isTexts),
    'must map names to lists of names',
  ),
  pattern: (value) => (typeof value === 'string' ? badPattern(value) : 'must be a text'),
  $anchor: unsupported,
  $dynamicAnchor: unsupported,
  $dynamicRef: unsupported,
  $recursiveAnchor: unsupported,
  $recursiveRef: unsupported,
};

export function readConfigSchema(text: string): ConfigSchema | { refused: string } {
  const root = parsed(text);
  if (!isObject(root) && typeof root !== 'boolean') return { refused: 'must be JSON, an object or a boolean' };
  if (!contentOf(root).texts.every((one) => one.isWellFormed())) return { refused: 'holds half a surrogate pair' };
  const draft = typeof root === 'boolean' ? '2020-12' : draftOf(root);
  if (!draft) return { refused: `names a dialect that is not supported; these are: ${Object.keys(drafts).join(', ')}` };
  const wrong = firstWrong(root, root, '#', 0);
  return wrong === undefined ? { root, draft } : { refused: wrong };
}

/** Every text in it, names among them, once; and how many the longest list or the object with the most properties has. */
export function contentOf(whole: Json): { texts: string[]; widest: number } {
  const texts = new Set<string>();
  let widest = 0;
  const waiting: Json[] = [whole];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value === 'string') texts.add(value);
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) for (const name of Object.keys(value)) texts.add(name);
    const inner = Object.values(value);
    widest = Math.max(widest, inner.length);
    for (const one of inner) waiting.push(one);
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

function firstWrong(root: SchemaObject | boolean, schema: Json, at: string, depth: number): string | undefined {
  if (typeof schema === 'boolean') return undefined;
  if (!isObject(schema)) return `${at} must be a schema, an object or a boolean`;
  if (depth > depthMax) return `${at} is nested deeper than ${depthMax} levels`;
  for (const [keyword, value] of Object.entries(schema)) {
    const place = `${at}/${keyword}`;
    const wrong = wrongValue(root, keyword, value, depth);
    if (wrong !== undefined) return `${place} ${wrong}`;
    for (const [name, inner] of schemasIn(keyword, value)) {
      const unmatched = keyword === 'patternProperties' ? badPattern(name) : undefined;
      if (unmatched !== undefined) return `${place}: ${JSON.stringify(name)} ${unmatched}`;
      const found = firstWrong(root, inner, `${place}${name === '' ? '' : `/${name}`}`, depth + 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function wrongValue(root: SchemaObject | boolean, keyword: string, value: Json, depth: number): string | undefined {
  if (keyword === '$ref') return badReference(root, value);
  if ((keyword === '$id' || keyword === 'id') && depth > 0 && typeof value === 'string')
    return 'is supported in the whole schema only';
  const form = formOf(keyword, value);
  if (form === 'list' && !Array.isArray(value)) return 'must be a list of schemas';
  if (form === 'map' && !isObject(value)) return 'must map names to schemas';
  return Object.hasOwn(checks, keyword) ? checks[keyword]?.(value) : undefined;
}

/** The schemas that a keyword holds, by their names or places in it. */
function schemasIn(keyword: string, value: Json): [string, Json][] {
  const form = formOf(keyword, value);
  if (form === 'map' && isObject(value))
    return Object.entries(value).filter(([, inner]) => keyword !== 'dependencies' || !isTexts(inner));
  if (form === 'list' && Array.isArray(value)) return value.map((inner, i) => [String(i), inner]);
  return form === undefined ? [] : [['', value]];
}

/** In which form a keyword of that value holds schemas; undefined: it holds none. */
export function formOf(keyword: string, value: Json): 'schema' | 'list' | 'map' | undefined {
  if (withMap.has(keyword)) return 'map';
  if (withList.has(keyword) && (Array.isArray(value) || !withSchema.has(keyword))) return 'list';
  return withSchema.has(keyword) ? 'schema' : undefined;
}

/** What isn't one is a note. */
export function isAssertion(keyword: string): boolean {
  return keyword === 'const' || Object.hasOwn(checks, keyword);
}

/** Only what is in the schema itself: nothing is fetched for it. */
function badReference(root: SchemaObject | boolean, value: Json): string | undefined {
  const words = 'must be # and a JSON pointer to a schema in it, and not into patternProperties';
  const tokens = typeof value === 'string' ? referredTo(value) : undefined;
  if (!tokens) return words;
  let target: Json | undefined = root;
  for (let i = 0; i < tokens.length; i += 1) {
    const keyword = tokens[i] ?? '';
    const held: Json | undefined = isObject(target) && Object.hasOwn(target, keyword) ? target[keyword] : undefined;
    const name = tokens[i + 1] ?? '';
    if (withMap.has(keyword) && keyword !== 'patternProperties' && isObject(held)) {
      target = Object.hasOwn(held, name) ? held[name] : undefined;
      i += 1;
    } else if (withList.has(keyword) && Array.isArray(held)) {
      target = /^\d{1,6}$/.test(name) ? held[Number(name)] : undefined;
      i += 1;
    } else target = withSchema.has(keyword) ? held : undefined;
  }
  return isObject(target) || typeof target === 'boolean' ? undefined : words;
}

/** The names on the way that a reference within the schema takes. */
export function referredTo(reference: string): string[] | undefined {
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

function badPattern(pattern: string): string | undefined {
  if (pattern.length > patternCharsMax) return `is a pattern of more than ${patternCharsMax} characters`;
  try {
    compiledPattern(pattern);
    return undefined;
  } catch {
    return 'is no pattern that is matched in linear time; look-around and back-references are not';
  }
}

/** RE2: whatever the pattern, its time is linear in the text. */
export function compiledPattern(pattern: string): RE2JS {
  return RE2JS.compile(RE2JS.translateRegExp(pattern));
}
