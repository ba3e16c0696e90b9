// Checks a value against a schema, both supplied by users. The library interprets schemas without generating code, but it has no limits
// and uses JavaScript's regex engine, which stalls on some patterns. So patterns are matched first, in linear time, and replaced by
// patterns that match the same strings of this value. Each schema evaluation has a cost, so that every check ends.
import { type OutputUnit, Validator } from '@cfworker/json-schema';
import type { Json } from '../contract/json.ts';
import { isAssertion, isObject, isTexts, keywordForm, type SchemaObject } from './keywords.ts';
import { compiledPattern } from './patterns.ts';
import { contentOf, type ReadSchema } from './read-schema.ts';
import { referenceTokens } from './references.ts';

export interface ValueProblem {
  /** JSON pointer; empty for the value itself. */
  path: string;
  keyword: string;
  message: string;
}

/** Undefined if the check would exceed its limits. */
export type ValueVerdict = { valid: boolean; errors: ValueProblem[] } | undefined;

export interface CheckLimits {
  /** Maximum schema evaluations. Wide values and long lists cost more. */
  evaluationsMax: number;
  /** Maximum of string characters times pattern instructions, and of characters in the replaced patterns that are evaluated. */
  matchingMax: number;
}

/** Limits for a check within a request. */
const defaultLimits: CheckLimits = { evaluationsMax: 20_000, matchingMax: 50_000_000 };
const errorsMax = 50;
/** Most library errors to read, including nested ones. */
const readMax = 500;
const messageCharsMax = 300;

export function checkValue(schema: ReadSchema, value: Json, limits = defaultLimits): ValueVerdict {
  return checkerOf(schema, [value], limits)(value);
}

/** Returns a function that checks the values. It prepares the schema once, and all checks together stay within the limits. */
export function checkerOf(
  { root, draft }: ReadSchema,
  values: readonly Json[],
  limits: CheckLimits,
): (value: Json) => ValueVerdict {
  const { texts, widest } = contentOf(values);
  const isText = texts.every((text) => text.isWellFormed());
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  const spent: Budget = { texts, characters, widest, evaluations: 0, matching: 0, limits };
  let validator: Validator | undefined;
  let isSpent = false;
  return (value) => {
    if (!isText && !contentOf([value]).texts.every((text) => text.isWellFormed())) return unpaired;
    if (isSpent) return undefined;
    try {
      validator ??= new Validator(typeof root === 'boolean' ? root : prepared(root, spent), draft, false);
      const { valid, errors } = validator.validate(value);
      return { valid, errors: leavesOf(errors.slice(0, readMax)).slice(0, errorsMax).map(problemOf) };
    } catch (error) {
      isSpent = error instanceof BudgetExceeded;
      if (isSpent || error instanceof RangeError) return undefined;
      throw error;
    }
  };
}

const unpaired: ValueVerdict = {
  valid: false,
  errors: [{ path: '', keyword: 'type', message: 'The value contains an unpaired surrogate.' }],
};

/** Keywords that iterate over items or properties of the value. */
const overItems = new Set(
  'items prefixItems additionalItems unevaluatedItems contains uniqueItems properties patternProperties additionalProperties unevaluatedProperties propertyNames dependentSchemas'.split(
    ' ',
  ),
);

class BudgetExceeded extends Error {
  override readonly name = 'BudgetExceeded';
}

interface Budget {
  texts: string[];
  /** Total text length. */
  characters: number;
  widest: number;
  evaluations: number;
  matching: number;
  limits: CheckLimits;
}

/** Copies the keywords that affect validation, replaces patterns and counts evaluations. `format` is an annotation by default. */
function prepared(schema: SchemaObject, budget: Budget): SchemaObject {
  const copy: SchemaObject = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === '$ref') copy[keyword] = canonical(String(value));
    else if (keyword === 'pattern') copy[keyword] = matching(String(value), budget, 0);
    else if (keyword === 'dependencies' && isObject(value)) Object.assign(copy, dependenciesOf(value, budget));
    else if (isAssertion(keyword)) copy[keyword] = value;
    else if (keywordForm(keyword, value)) copy[keyword] = preparedIn(keyword, value, budget);
  }
  const items = Object.keys(copy).some((keyword) => overItems.has(keyword)) ? budget.widest : 0;
  const comparisons = copy.uniqueItems === true ? budget.widest ** 2 : 0;
  const cost = 1 + (items + comparisons) / 50 + listed(copy) / 4;
  const patternChars = patternCharsOf(copy, budget.widest);
  // The library looks this keyword up in every schema; accepted schemas never have it (read-schema.ts).
  Object.defineProperty(copy, '$recursiveRef', {
    enumerable: false,
    get: () => {
      budget.evaluations += cost;
      if (budget.evaluations > budget.limits.evaluationsMax) throw new BudgetExceeded();
      spendMatching(budget, patternChars);
    },
  });
  return copy;
}

function preparedIn(keyword: string, value: Json, budget: Budget): Json {
  if (Array.isArray(value)) return value.map((inner) => preparedOne(inner, budget));
  if (keywordForm(keyword, value) !== 'map' || !isObject(value)) return preparedOne(value, budget);
  const copy: SchemaObject = {};
  for (const [i, [name, inner]] of Object.entries(value).entries())
    define(copy, keyword === 'patternProperties' ? matching(name, budget, i) : name, preparedOne(inner, budget));
  return copy;
}

function preparedOne(schema: Json, budget: Budget): Json {
  return isObject(schema) ? prepared(schema, budget) : schema;
}

/** Defines a property with any name, including `__proto__`. */
function define(object: SchemaObject, name: string, value: Json): void {
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Splits the `dependencies` of older drafts into the two newer keywords. */
function dependenciesOf(dependencies: SchemaObject, budget: Budget): SchemaObject {
  const dependentRequired: SchemaObject = {};
  const dependentSchemas: SchemaObject = {};
  for (const [name, value] of Object.entries(dependencies)) {
    if (isTexts(value)) define(dependentRequired, name, value);
    else define(dependentSchemas, name, preparedOne(value, budget));
  }
  return { dependentRequired, dependentSchemas };
}

/** Formats a reference like the library's schema locations. */
function canonical(reference: string): string {
  const tokens = (referenceTokens(reference) ?? []).map((token) => token.replaceAll('~', '~0').replaceAll('/', '~1'));
  return ['#', ...tokens.map((token) => encodeURI(token).replaceAll('#', '%23'))].join('/');
}

/** Counts entries of lists in the schema, which are compared one by one. Those that differ become an error each. */
function listed(schema: SchemaObject): number {
  const lists = [schema.enum, schema.required, schema.properties, schema.patternProperties];
  return lists.reduce<number>((sum, list) => sum + (list instanceof Object ? Object.keys(list).length : 0), 0);
}

/**
 * Returns a pattern that matches exactly the strings of this value that `pattern` matches. `nth` distinguishes patterns that match the
 * same strings.
 */
function matching(pattern: string, budget: Budget, nth: number): string {
  const compiled = compiledPattern(pattern);
  spendMatching(budget, (budget.characters + budget.texts.length) * compiled.programSize());
  const literals = budget.texts
    .filter((text) => compiled.test(text))
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return `^(?:${[...literals, ...Array<string>(nth + 1).fill('[]')].join('|')})$`;
}

/** Counts what the library compiles and compares at each evaluation: replaced patterns are as long as the strings that they match. */
function patternCharsOf({ pattern, patternProperties }: SchemaObject, widest: number): number {
  const names = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  return String(pattern ?? '').length + names.reduce((sum, { length }) => sum + length, 0) * (1 + widest);
}

function spendMatching(budget: Budget, cost: number): void {
  budget.matching += cost;
  if (budget.matching > budget.limits.matchingMax) throw new BudgetExceeded();
}

/** Keeps only the innermost errors; outer ones only report that nested errors exist. */
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

function problemOf({ instanceLocation, keyword, error }: OutputUnit): ValueProblem {
  return { path: decodeURI(instanceLocation.slice(1)), keyword, message: error.slice(0, messageCharsMax) };
}
