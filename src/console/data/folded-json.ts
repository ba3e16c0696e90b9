// Lays out JSON in lines, with long lists of numbers on one short line.
import { indentedJson, isJsonArray, isJsonNumber, type JsonTree } from '../../core/json/tree.ts';

/** Longer lists of numbers are folded to this length. */
const numbersMax = 12;
const numbersShown = 4;

export function foldedJson(tree: JsonTree): string {
  return indentedJson(tree, (items) =>
    isVector(items) ? `[${items.slice(0, numbersShown).join(', ')}, … ${items.length} numbers]` : undefined,
  );
}

/** Returns whether the tree contains a folded list. */
export function hasVector(tree: JsonTree): boolean {
  if (typeof tree === 'string') return false;
  if (isJsonArray(tree)) return isVector(tree) || tree.some(hasVector);
  return tree.members.some(([, value]) => hasVector(value));
}

function isVector(items: readonly JsonTree[]): boolean {
  return items.length > numbersMax && items.every(isJsonNumber);
}
