// Compares two answers to the same call. Returns where they differ and how, but no values, which may be a caller's data. Values are
// compared as their texts: parsed integers may be rounded, so that two IDs become equal.
import type { CallAnswer } from '../contract/builder/answers.ts';
import { releaseLimits as limits } from '../contract/limits/deployments.ts';
import type { AnswerDifference } from '../contract/releases.ts';
import { hasMore, values } from '../core/json/size.ts';
import {
  decodeString,
  isJsonArray,
  isJsonNumber,
  isJsonString,
  type JsonTree,
  readJsonTree,
  readMembers,
} from '../core/json/tree.ts';
import { type IgnoredPaths, pathBelow, readIgnoredPaths } from './answer-paths.ts';
import { numberDifference, readVector, vectorDifference } from './compare-numbers.ts';

interface Options {
  /** Relative difference at which numbers with a fraction are equal. */
  tolerance: number;
  ignore: readonly string[];
}

/** Returns where the other answer differs, each path once, in the order of keys. Of more than 20 differences, the first are returned. */
export function compareAnswers(stable: CallAnswer, other: CallAnswer, options: Options): AnswerDifference[] {
  const differsAs = (what: string) => [{ path: '$', what }];
  if (stable.status === 'error' && other.status === 'error')
    return stable.error.type === other.error.type ? [] : differsAs('type of error changed');
  if (stable.status === 'error') return differsAs('error → answer');
  if (other.status === 'error') return differsAs('answer → error');
  if (stable.result.text === other.result.text) return [];
  if (!isComparable(stable)) return [];
  if (!isComparable(other)) return differsAs('too large to compare');
  const comparison = new Comparison(options.tolerance);
  const root = { path: '$', ignored: readIgnoredPaths(options.ignore) };
  comparison.compare(readJsonTree(stable.result.text), readJsonTree(other.result.text), root);
  return comparison.differences();
}

/** Returns whether an answer is small enough to be compared. Reads its text once, without building values. */
export function isComparable(answer: CallAnswer): boolean {
  if (answer.status === 'error') return true;
  const { text } = answer.result;
  return text.length <= limits.comparedCharsMax && !hasMore(values, text, limits.comparedValuesMax);
}

/** Where a value is. */
interface Place {
  path: string;
  ignored: IgnoredPaths;
}

class Comparison {
  readonly #tolerance: number;
  readonly #found = new Map<string, string>();

  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  differences(): AnswerDifference[] {
    return [...this.#found].map(([path, what]) => ({ path, what }));
  }

  compare(stable: JsonTree, other: JsonTree, place: Place): void {
    if (place.ignored.isIgnored || this.#found.size >= limits.differencesMax) return;
    const [before, after] = [typeName(stable), typeName(other)];
    if (before !== after) this.#add(place, `${before} → ${after}`);
    else if (typeof stable === 'string' || typeof other === 'string') this.#compareScalars(stable, other, place);
    else if (isJsonArray(stable) && isJsonArray(other)) this.#compareLists(stable, other, place);
    else this.#compareObjects(readMembers(stable), readMembers(other), place);
  }

  #add({ path, ignored }: Place, what: string | undefined): void {
    if (what === undefined || ignored.isIgnored || this.#found.has(path)) return;
    if (this.#found.size < limits.differencesMax) this.#found.set(path, what);
  }

  #compareScalars(stable: JsonTree, other: JsonTree, place: Place): void {
    if (typeof stable !== 'string' || typeof other !== 'string' || stable === other) return;
    if (isJsonNumber(stable)) this.#add(place, numberDifference(stable, other, this.#tolerance));
    else this.#add(place, isJsonString(stable) ? textDifference(stable, other) : 'boolean changed');
  }

  /** Keys are sorted, because some languages write them in a random order and only the first differences are returned. */
  #compareObjects(stable: Map<string, JsonTree>, other: Map<string, JsonTree>, place: Place): void {
    for (const key of [...new Set([...stable.keys(), ...other.keys()])].sort()) {
      const below = { path: pathBelow(place.path, key), ignored: place.ignored.below(key) };
      const [before, after] = [stable.get(key), other.get(key)];
      if (before !== undefined && after !== undefined) this.compare(before, after, below);
      else this.#add(below, before === undefined ? 'new' : 'missing');
    }
  }

  /** Lists of different lengths are one difference: one item more at the front would move all others. */
  #compareLists(stable: readonly JsonTree[], other: readonly JsonTree[], place: Place): void {
    const longer = other.length - stable.length;
    const items = { path: pathBelow(place.path, null), ignored: place.ignored.below(null) };
    const vectors = { before: readVector(stable), after: readVector(other) };
    if (longer !== 0) this.#add(place, longer > 0 ? `longer by ${longer}` : `shorter by ${-longer}`);
    else if (vectors.before && vectors.after && !items.ignored.isIgnored)
      this.#add(place, vectorDifference(vectors.before, vectors.after, this.#tolerance));
    else for (const [at, item] of stable.entries()) this.compare(item, other[at] ?? 'null', items);
  }
}

function typeName(tree: JsonTree): string {
  if (typeof tree !== 'string') return isJsonArray(tree) ? 'list' : 'object';
  if (isJsonString(tree)) return 'string';
  if (isJsonNumber(tree)) return 'number';
  return tree === 'null' ? 'null' : 'boolean';
}

/** A character may be written in two ways. */
function textDifference(stable: string, other: string): string | undefined {
  const [before, after] = [decodeString(stable), decodeString(other)];
  if (before === after) return undefined;
  return before.length === after.length
    ? `text changed: ${before.length} characters`
    : `text changed: ${before.length} → ${after.length} characters`;
}
