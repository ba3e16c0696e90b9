// Checks the vectors in a plugin's output: one per feature, under its name. In a call's answer, the first may be named `embedding`.
import type { Json, JsonObject } from '../contract/json.ts';
import type { Manifest } from '../contract/plugin/manifest.ts';
import { isObject } from './keywords.ts';
import { shownValue } from './shown-value.ts';

export type Feature = Manifest['features'][number];

const embedding = 'embedding';
const keysShown = 10;

/**
 * Returns the answer with `embedding` renamed to its feature: the first feature with the same number of dimensions, or else the first
 * one. Returns it unchanged if the schema declares a property named `embedding`.
 */
export function namedVectors(
  answer: JsonObject,
  features: readonly Feature[],
  isDeclared: boolean,
): { named: JsonObject; renamed?: string } {
  const { [embedding]: value, ...others } = answer;
  const free = features.filter(({ feature_name }) => !Object.hasOwn(answer, feature_name));
  const [first] = free;
  if (value === undefined || isDeclared || !first) return { named: answer };
  const length = Array.isArray(value) ? value.length : 0;
  const { feature_name: renamed } = free.find(({ embedding_dim }) => embedding_dim === length) ?? first;
  return { named: { ...others, [renamed]: value }, renamed };
}

/** Checks the vectors that are present. */
export function vectorProblems(output: JsonObject, features: readonly Feature[]): string[] {
  return features.flatMap(({ embedding_dim, feature_name }) => {
    const value = (Object.hasOwn(output, feature_name) ? output[feature_name] : null) ?? null;
    if (value === null || isVector(value, embedding_dim) || isListOf(value, embedding_dim)) return [];
    return [`${feature_name}: expected ${embedding_dim} numbers, got ${described(value)}`];
  });
}

/** Reports an answer without any vector. `named` has its vectors under feature names. */
export function missingVectors(
  answer: JsonObject,
  named: JsonObject,
  features: readonly Feature[],
  inputs: JsonObject,
): string[] {
  const [first] = features;
  const isThere = features.some(({ feature_name }) => Object.hasOwn(named, feature_name));
  if (!first || isThere || answersSeveral(answer, inputs)) return [];
  return [`${first.feature_name}: expected a vector of that name or \`embedding\`, got ${keysOf(answer)}`];
}

/** Reports the features that a batch row has no column for. A null column means a row without a vector. */
export function missingColumns(row: JsonObject, features: readonly Feature[]): string[] {
  return features
    .filter(({ feature_name }) => !Object.hasOwn(row, feature_name))
    .map(({ feature_name }) => `${feature_name}: expected a column of that name, got ${keysOf(row)}`);
}

/** Returns whether a property's schema requires nothing beyond the feature itself. */
export function isImplied(property: Json, { embedding_dim }: Feature): boolean {
  if (!isObject(property)) return false;
  const { description: _d, title: _t, type, items = {}, minItems = 0, maxItems = embedding_dim, ...others } = property;
  const { description: _i, title: _n, type: itemType = 'number', ...more } = isObject(items) ? items : { no: false };
  return (
    type === 'array' &&
    itemType === 'number' &&
    Object.keys(others).length + Object.keys(more).length === 0 &&
    Number(minItems) <= embedding_dim &&
    Number(maxItems) >= embedding_dim
  );
}

/** Returns whether a call with several texts got several vectors. */
function answersSeveral({ embeddings }: JsonObject, { texts }: JsonObject): boolean {
  return Array.isArray(texts) && Array.isArray(embeddings);
}

function isVector(value: Json, dimensions: number): boolean {
  return Array.isArray(value) && value.length === dimensions && value.every((one) => typeof one === 'number');
}

function isListOf(value: Json, dimensions: number): boolean {
  return Array.isArray(value) && value.length > 0 && value.every((one) => isVector(one, dimensions));
}

function described(value: Json): string {
  if (!Array.isArray(value)) return shownValue(value);
  const other = value.find((one) => typeof one !== 'number');
  return other === undefined ? `${value.length} numbers` : `a list with ${shownValue(other)}`;
}

function keysOf(object: JsonObject): string {
  const keys = Object.keys(object);
  return keys.length === 0 ? 'nothing' : keys.slice(0, keysShown).join(', ');
}
