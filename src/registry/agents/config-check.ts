// A configuration checked against a plugin's schema, both written by users. The library interprets the schema and generates no code,
// but it would run patterns on the engine of JavaScript, which the wrong one stalls, and it counts nothing. So patterns are matched
// beforehand, in linear time, and each is replaced by one that matches the same texts of this configuration and no other text; and
// each look at a schema has its price, so that what never ends ends here.
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import type { Json } from '../../contract/json.ts';
import {
  type ConfigSchema,
  compiledPattern,
  contentOf,
  formOf,
  isAssertion,
  isObject,
  referredTo,
  type SchemaObject,
} from './config-schema.ts';

export interface ConfigProblem {
  /** A JSON pointer; empty for the configuration itself. */
  path: string;
  keyword: string;
  message: string;
}

/** Undefined: there is more to compare than is compared for a request. */
export type ConfigVerdict = { valid: boolean; errors: ConfigProblem[] } | undefined;

/** Looks at schemas, those at wide configurations and long lists weighing more. */
const looksMax = 20_000;
/** Characters of texts times instructions of patterns. */
const matchingMax = 50_000_000;
const errorsMax = 50;
/** Of the errors that the library tells, nested ones among them. */
const readMax = 500;
const messageCharsMax = 300;

export function checkConfig({ root, draft }: ConfigSchema, config: Json): ConfigVerdict {
  const { texts, widest } = contentOf(config);
  if (!texts.every((text) => text.isWellFormed())) {
    const message = 'The configuration holds half a surrogate pair.';
    return { valid: false, errors: [{ path: '', keyword: 'type', message }] };
  }
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  try {
    const schema =
      typeof root === 'boolean' ? root : prepared(root, { texts, characters, widest, looks: 0, matching: 0 });
    const { valid, errors } = new Validator(schema, draft, false).validate(config);
    return { valid, errors: leavesOf(errors.slice(0, readMax)).slice(0, errorsMax).map(problemOf) };
  } catch (error) {
    if (error instanceof TooMuch || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Keywords that go over the items or properties of what they are compared with. */
const overItems = new Set(
  'items prefixItems additionalItems unevaluatedItems contains uniqueItems properties patternProperties additionalProperties unevaluatedProperties propertyNames dependentSchemas'.split(
    ' ',
  ),
);

class TooMuch extends Error {
  override readonly name = 'TooMuch';
}

interface Budget {
  texts: string[];
  /** In all of them. */
  characters: number;
  widest: number;
  looks: number;
  matching: number;
}

/** A copy of what asserts something: patterns replaced, looks counted. Formats are notes, as the standard has them by default. */
function prepared(schema: SchemaObject, budget: Budget): SchemaObject {
  const copy: SchemaObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$ref') copy[keyword] = canonical(String(value));
    else if (keyword === 'pattern') copy[keyword] = matching(String(value), budget, 0);
    else if (keyword === 'dependencies' && isObject(value)) Object.assign(copy, dependenciesOf(value, budget));
    else if (isAssertion(keyword)) copy[keyword] = value;
    else if (formOf(keyword, value)) copy[keyword] = preparedIn(keyword, value, budget);
  }
  const items = Object.keys(copy).some((keyword) => overItems.has(keyword)) ? budget.widest : 0;
  const comparisons = copy.uniqueItems === true ? budget.widest ** 2 : 0;
  const price = 1 + (items + listed(copy) + comparisons) / 50;
  // The library asks every schema for this keyword, and none has it (config-schema.ts).
  Object.defineProperty(copy, '$recursiveRef', {
    enumerable: false,
    get: () => {
      budget.looks += price;
      if (budget.looks > looksMax) throw new TooMuch();
    },
  });
  return copy;
}

function preparedIn(keyword: string, value: Json, budget: Budget): Json {
  if (Array.isArray(value)) return value.map((inner) => preparedOne(inner, budget));
  if (formOf(keyword, value) !== 'map' || !isObject(value)) return preparedOne(value, budget);
  const copy: SchemaObject = {};
  for (const [i, [name, inner]] of Object.entries(value).entries())
    define(copy, keyword === 'patternProperties' ? matching(name, budget, i) : name, preparedOne(inner, budget));
  return copy;
}

function preparedOne(schema: Json, budget: Budget): Json {
  return isObject(schema) ? prepared(schema, budget) : schema;
}

/** Any name is one here, also `__proto__`. */
function define(object: SchemaObject, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** An older word for two newer ones. */
function dependenciesOf(dependencies: SchemaObject, budget: Budget): SchemaObject {
  const dependentRequired: SchemaObject = {};
  const dependentSchemas: SchemaObject = {};
  for (const [name, value] of Object.entries(dependencies)) {
    if (Array.isArray(value)) define(dependentRequired, name, value);
    else define(dependentSchemas, name, preparedOne(value, budget));
  }
  return { dependentRequired, dependentSchemas };
}

/** As the library writes the places of schemas. */
function canonical(reference: string): string {
  const tokens = (referredTo(reference) ?? []).map((token) => token.replaceAll('~', '~0').replaceAll('/', '~1'));
  return ['#', ...tokens.map((token) => encodeURI(token).replaceAll('#', '%23'))].join('/');
}

/** What the schema itself lists: compared one by one. */
function listed(schema: SchemaObject): number {
  const lists = [schema.enum, schema.required, schema.properties, schema.patternProperties];
  return lists.reduce<number>((sum, list) => sum + (list instanceof Object ? Object.keys(list).length : 0), 0);
}

/** The texts that the pattern matches, word by word; `nth` tells apart two patterns that match the same. */
function matching(pattern: string, budget: Budget, nth: number): string {
  const compiled = compiledPattern(pattern);
  budget.matching += (budget.characters + budget.texts.length) * compiled.programSize();
  if (budget.matching > matchingMax) throw new TooMuch();
  const words = budget.texts
    .filter((text) => compiled.test(text))
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return `^(?:${[...words, ...Array<string>(nth + 1).fill('[]')].join('|')})$`;
}

/** Of nested errors the innermost: the others only say that there are some. */
function leavesOf(errors: OutputUnit[]): OutputUnit[] {
  return errors.filter(
    ({ keyword, keywordLocation, instanceLocation }) =>
      keyword !== 'false' &&
      !errors.some(
        (other) =>
          other.keywordLocation.startsWith(`${keywordLocation}/`) &&
          other.instanceLocation.startsWith(instanceLocation),
      ),
  );
}

function problemOf({ instanceLocation, keyword, error }: OutputUnit): ConfigProblem {
  return { path: decodeURI(instanceLocation.slice(1)), keyword, message: error.slice(0, messageCharsMax) };
}
