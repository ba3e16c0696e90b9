// Checks plugin output against the manifest: the values against output_schema, and the vectors against the features (plugin format §8).
import type { CallAnswer } from '../contract/builder/answers.ts';
import type { BatchOutcome } from '../contract/builder/batch.ts';
import { difference, type Example } from '../contract/builder/example.ts';
import { type Json, type JsonObject, jsonObject, parsedText } from '../contract/json.ts';
import { checkedMembersMax, outputCheckLimits } from '../contract/limits/manifest.ts';
import type { Manifest } from '../contract/plugin/manifest.ts';
import { hasMore, members } from '../core/json/size.ts';
import { JsonText } from '../core/json/text.ts';
import { type CheckLimits, checkerOf } from './check-value.ts';
import { isObject } from './keywords.ts';
import { mismatchText } from './mismatch-texts.ts';
import { withNulls } from './nullable.ts';
import { objectSchema, propertyNames } from './object-schema.ts';
import { type ReadSchema, readSchema } from './read-schema.ts';
import { shownValue } from './shown-value.ts';
import { type Feature, isImplied, missingColumns, missingVectors, namedVectors, vectorProblems } from './vectors.ts';

const problemsMax = 5;

/** One line per problem: path, expected value, actual value. Undefined if the check would exceed its limits. */
export type OutputProblems = string[] | undefined;

export class OutputCheck {
  readonly #features: readonly Feature[];
  /** Undefined if no schema is declared that can be evaluated. */
  readonly #schema: ReadSchema | undefined;
  readonly #names: ReadonlySet<string>;
  readonly #limits: CheckLimits;

  constructor({ features, output_schema }: Pick<Manifest, 'features' | 'output_schema'>, limits: CheckLimits) {
    this.#features = features;
    this.#limits = limits;
    this.#names = (output_schema && propertyNames(output_schema)) ?? new Set();
    this.#schema = output_schema
      ? readSchema(withoutVectors(withNulls(objectSchema(output_schema)), features)).schema
      : undefined;
  }

  /**
   * Checks an answer that stands for all others, so it must have a vector if there are features. An array is taken as the values that a
   * handler yielded; each counts as an answer.
   */
  ofAnswer(answer: Json, inputs: JsonObject = {}): OutputProblems {
    return this.#ofAnswer(answer, (object, named) => missingVectors(object, named, this.#features, inputs));
  }

  /** Checks one of many answers; some calls may not ask for a vector. */
  ofCall(answer: Json): OutputProblems {
    return this.#ofAnswer(answer, () => []);
  }

  /** Returns a function that checks the rows that the batch steps returned. All checks together stay within the limits. */
  forRows(rows: readonly JsonObject[]): (row: JsonObject) => OutputProblems {
    const check = this.#checker(rows);
    return (row) => check(row, [...missingColumns(row, this.#features), ...vectorProblems(row, this.#features)]);
  }

  #ofAnswer(answer: Json, missing: (answer: JsonObject, named: JsonObject) => string[]): OutputProblems {
    const isList = Array.isArray(answer);
    const values = (isList ? answer : [answer]).map((value) =>
      isObject(value)
        ? { value, ...namedVectors(value, this.#features, this.#names.has('embedding')) }
        : { value, named: {}, renamed: undefined },
    );
    const check = this.#checker(values.map(({ named }) => named));
    const problems: string[] = [];
    for (const [at, { named, renamed, value }] of values.entries()) {
      const found = isObject(value)
        ? check(named, [...missing(value, named), ...vectorProblems(named, this.#features)])
        : [`${isList ? '' : 'the answer: '}expected a dict, got ${shownValue(value)}`];
      if (!found) return undefined;
      const plain = found.map((problem) => (renamed ? problem.replace(`${renamed}: `, 'embedding: ') : problem));
      problems.push(...plain.map((problem) => (isList ? `value ${at + 1}: ${problem}` : problem)));
      if (problems.length >= problemsMax) break;
    }
    return problems.slice(0, problemsMax);
  }

  /** Returns a function that checks the values. It has no result if a check would exceed the limits, unless a vector is wrong. */
  #checker(values: readonly JsonObject[]): (value: JsonObject, vectors: string[]) => OutputProblems {
    const check = this.#schema && checkerOf(this.#schema, values, this.#limits);
    return (value, vectors) => {
      const verdict = check ? check(value) : { errors: [] };
      if (!verdict) return vectors.length > 0 ? vectors : undefined;
      return [...vectors, ...verdict.errors.map((error) => mismatchText(error, value, 'the output'))].slice(
        0,
        problemsMax,
      );
    };
  }
}

/** Returns undefined if the manifest declares no output. */
export function outputCheck(
  manifest: Manifest | null,
  limits: CheckLimits = outputCheckLimits.test,
): OutputCheck | undefined {
  if (!manifest || (manifest.features.length === 0 && manifest.output_schema === null)) return undefined;
  return new OutputCheck(manifest, limits);
}

/**
 * Replaces the schemas of vectors by ones that allow anything. Vectors are checked as features anyway, and checking each number against
 * a schema is a hundred times slower.
 */
function withoutVectors(schema: JsonObject, features: readonly Feature[]): JsonObject {
  const { properties } = schema;
  if (!isObject(properties)) return schema;
  const rest = Object.entries(properties).map(([name, property]): [string, Json] => {
    const feature = features.find(({ feature_name }) => feature_name === name);
    return [name, feature && isImplied(property, feature) ? vector : property];
  });
  return { ...schema, properties: Object.fromEntries(rest) };
}

const vector = { type: 'array' };

/** Returns the first mismatch, or undefined if the answer matches both. Skips checks that would take too long. */
export function mismatch(answer: CallAnswer, example: Example, output: OutputCheck | undefined): string | undefined {
  const different = difference(answer, example);
  if (different !== undefined || answer.status === 'error') return different;
  const problems = (!isTooLarge(answer.result) && output?.ofAnswer(parsedText(answer.result), example.inputs)) || [];
  return problems.length === 0
    ? undefined
    : `the answer does not match what manifest.py declares: ${problems.join('; ')}`;
}

/** Returns whether a check of the output would take too long. */
export function isTooLarge({ text }: JsonText): boolean {
  return hasMore(members, text, checkedMembersMax);
}

/** Adds an error for each mismatching row that wasn't skipped. Keeps the row, so that the author can see what is wrong. */
export function withCheckedRows(outcome: BatchOutcome, output: OutputCheck | undefined): BatchOutcome {
  if (!output || isTooLarge(new JsonText(outcome.rows.map((row) => row?.text ?? '').join()))) return outcome;
  const skipped = new Set(outcome.skipped);
  const rows = outcome.rows.flatMap((row, index) =>
    row && !skipped.has(index) ? [{ index, row: jsonObject.parse(row.parsed()) }] : [],
  );
  const check = output.forRows(rows.map(({ row }) => row));
  const wrong = rows.flatMap(({ index, row }) => {
    const problems = check(row) ?? [];
    return problems.length === 0 ? [] : [{ index, message: problems.join('; ') }];
  });
  if (wrong.length === 0) return outcome;
  return { ...outcome, errors: [...outcome.errors, ...wrong].sort((a, b) => a.index - b.index) };
}
