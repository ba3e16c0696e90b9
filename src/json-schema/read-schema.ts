// Reads JSON Schemas that users write. Finds metaschema violations, broken references, and parts that Slipway doesn't evaluate. Values
// can safely be checked against the rest (check-value.ts).
import type { SchemaDraft } from '@cfworker/json-schema';
import type { Json } from '../contract/json.ts';
import { nearest } from '../core/nearest.ts';
import { endlessReferences } from './endless.ts';
import { checks, isObject, keywordForm, keywords, type SchemaObject, schemasIn, types } from './keywords.ts';
import { type CompiledPatterns, type PatternProgram, patternProblem } from './patterns.ts';
import type { SchemaProblem } from './problem.ts';
import { referenceProblem } from './references.ts';

export interface ReadSchema {
  root: SchemaObject | boolean;
  draft: SchemaDraft;
}

/** `schema` is undefined if no value can be checked against it. */
export interface SchemaReading {
  schema: ReadSchema | undefined;
  problems: SchemaProblem[];
}

const depthMax = 50;
const problemsMax = 20;
const shownChars = 60;
/** Unknown keywords of a schema that are compared with known ones. A schema with more isn't mistyped. */
const guessesMax = 100;

const drafts: Record<string, SchemaDraft> = {
  'json-schema.org/draft-04/schema': '4',
  'json-schema.org/draft-06/schema': '7',
  'json-schema.org/draft-07/schema': '7',
  'json-schema.org/draft/2019-09/schema': '2019-09',
  'json-schema.org/draft/2020-12/schema': '2020-12',
  // Means "the newest draft", which is 2020-12.
  'json-schema.org/schema': '2020-12',
};

/** A caller that reads changed forms of one schema passes the patterns that the forms before had. */
export function readSchema(root: Json, compiled: CompiledPatterns = new Map()): SchemaReading {
  const refused = (message: string, path: string[] = []): SchemaReading => ({
    schema: undefined,
    problems: [{ path, message, kind: 'invalid' }],
  });
  if (!isObject(root) && typeof root !== 'boolean') return refused('must be a JSON object or boolean');
  if (!contentOf([root]).texts.every((one) => one.isWellFormed())) return refused('contains an unpaired surrogate');
  const draft = typeof root === 'boolean' ? '2020-12' : draftOf(root);
  if (!draft) {
    const known = Object.keys(drafts).slice(0, 5);
    return refused(`names an unsupported dialect; use one of ${known.join(', ')}`, ['$schema']);
  }
  const reading: Reading = { root, draft, problems: [], program: { instructions: 0, compiled }, guesses: 0 };
  readOne(reading, root, [], 0);
  if (reading.problems.length === 0) reading.problems.push(...endlessReferences(root));
  const { problems } = reading;
  const isSafe = problems.every(({ kind }) => kind === 'unknown');
  return { schema: isSafe ? { root, draft } : undefined, problems: problems.slice(0, problemsMax) };
}

/** Returns all distinct strings in the values, including property names, and the size of the largest list or object. */
export function contentOf(values: readonly Json[]): { texts: string[]; widest: number } {
  const texts = new Set<string>();
  let widest = 0;
  const open = [...values];
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

/** Returns the draft that `$schema` names; undefined for an unsupported dialect. */
export function draftOf({ $schema }: SchemaObject): SchemaDraft | undefined {
  if ($schema === undefined) return '2020-12';
  if (typeof $schema !== 'string') return undefined;
  const name = $schema.replace(/^https?:\/\//, '').replace(/#$/, '');
  return Object.hasOwn(drafts, name) ? drafts[name] : undefined;
}

interface Reading extends ReadSchema {
  problems: SchemaProblem[];
  program: PatternProgram;
  guesses: number;
}

type Path = SchemaProblem['path'];

function readOne(reading: Reading, schema: Json, path: Path, depth: number): void {
  const { problems } = reading;
  if (typeof schema === 'boolean') return;
  if (!isObject(schema)) {
    const message = `must be a schema: an object or a boolean, not ${shown(schema)}`;
    problems.push({ path, message, kind: 'invalid' });
  } else if (depth > depthMax) {
    problems.push({ path, message: `is nested deeper than ${depthMax} levels`, kind: 'invalid' });
  } else {
    for (const [keyword, value] of Object.entries(schema)) {
      if (problems.length >= problemsMax) return;
      const found = keywordProblem(reading, keyword, value, path);
      if (found) problems.push(found);
      if (found && found.kind !== 'unknown') continue;
      for (const [below, inner] of schemasIn(keyword, value)) {
        if (problems.length >= problemsMax) return;
        const unsafe = keyword === 'patternProperties' ? patternProblem(String(below[0]), reading.program) : undefined;
        if (unsafe) problems.push({ path: [...path, keyword, ...below], ...unsafe });
        readOne(reading, inner, [...path, keyword, ...below], depth + 1);
      }
    }
  }
}

function keywordProblem(reading: Reading, keyword: string, value: Json, path: Path): SchemaProblem | undefined {
  const at = [...path, keyword];
  const invalid = (message: string, place: Path = at): SchemaProblem => ({ path: place, message, kind: 'invalid' });
  const form = keywordForm(keyword, value);
  if (keyword === '$ref') return withPath(at, referenceProblem(reading.root, value));
  if ((keyword === '$id' || keyword === 'id') && path.length > 0 && typeof value === 'string')
    return { ...invalid('is only supported at the root of the schema'), kind: 'unsupported' };
  if (keyword === 'items' && form === 'list' && reading.draft === '2020-12')
    return invalid('must be a schema: in draft 2020-12 a list of schemas is `prefixItems`');
  if (form === 'list') return listProblem(value, invalid);
  if (form === 'map' && !isObject(value)) return invalid(`must map names to schemas, not ${shown(value)}`);
  if (/^\$(?:anchor|dynamicAnchor|dynamicRef|recursiveAnchor|recursiveRef)$/.test(keyword))
    return { ...invalid('is not supported; use `$ref` with a JSON pointer'), kind: 'unsupported' };
  if (keyword === 'type') return typeProblem(reading, value, invalid, at);
  const wrong = Object.hasOwn(checks, keyword) ? checks[keyword]?.(value, reading.draft) : undefined;
  if (wrong !== undefined) return invalid(`${wrong}, not ${shown(value)}${hintOf(keyword, value)}`);
  if (keyword === 'pattern') return withPath(at, patternProblem(String(value), reading.program));
  return form === undefined ? unknownKeyword(reading, keyword, at) : undefined;
}

function listProblem(value: Json, invalid: (message: string) => SchemaProblem): SchemaProblem | undefined {
  if (!Array.isArray(value)) return invalid(`must be a list of schemas, not ${shown(value)}`);
  return value.length === 0 ? invalid('must have at least one schema') : undefined;
}

function typeProblem(
  { draft }: ReadSchema,
  value: Json,
  invalid: (message: string, place: Path) => SchemaProblem,
  at: Path,
): SchemaProblem | undefined {
  const wrong = checks.type?.(value, draft);
  if (wrong === undefined) return undefined;
  const index = Array.isArray(value) ? value.findIndex((one) => typeof one !== 'string' || !types.includes(one)) : -1;
  const [culprit, place] = Array.isArray(value) && index >= 0 ? [value[index] ?? null, [...at, index]] : [value, at];
  const meant = typeof culprit === 'string' ? (familiarTypes[culprit] ?? nearest(culprit, types)) : undefined;
  const hint = culprit === 'any' ? ' Leave `type` out to allow any value.' : didYouMean(meant);
  return invalid(`${wrong}, not ${shown(culprit)}.${hint}`, place);
}

/** Type names that authors know from other languages. */
const familiarTypes: Record<string, string> = {
  str: 'string',
  text: 'string',
  int: 'integer',
  float: 'number',
  double: 'number',
  bool: 'boolean',
  list: 'array',
  tuple: 'array',
  dict: 'object',
  None: 'null',
};

function hintOf(keyword: string, value: Json): string {
  if (keyword !== 'required') return '';
  if (typeof value === 'string') return `. Write [${JSON.stringify(value)}].`;
  return typeof value === 'boolean' ? '. List the name in the `required` of the object that has the property.' : '';
}

/** Keys that resemble a keyword but come from other tools' schemas. */
const foreignKeys = new Set(['example']);

function unknownKeyword(reading: Reading, keyword: string, path: Path): SchemaProblem | undefined {
  if (keywords.includes(keyword) || foreignKeys.has(keyword) || reading.guesses >= guessesMax) return undefined;
  reading.guesses += 1;
  const meant = nearest(keyword, keywords);
  if (meant === undefined) return undefined;
  return { path, message: `is not a JSON Schema keyword and has no effect.${didYouMean(meant)}`, kind: 'unknown' };
}

function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` Did you mean "${meant}"?`;
}

function withPath(path: Path, problem: Omit<SchemaProblem, 'path'> | undefined): SchemaProblem | undefined {
  return problem && { path, ...problem };
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > shownChars ? `${text.slice(0, shownChars)}…`.toWellFormed() : text;
}
