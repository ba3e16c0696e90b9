// Lays JSON out in lines, with long lists of numbers in one short line.
import { indentedJson, isJsonArray, isJsonNumber, type JsonTree } from '../../core/json/tree.ts';

/** A list with more numbers is folded, to as many. */
const numbersMax = 12;
const numbersShown = 4;

export function foldedJson(tree: JsonTree): string {
  return indentedJson(tree, (items) =>
    isVector(items) ? `[${items.slice(0, numbersShown).join(', ')}, … ${items.length} numbers]` : undefined,
  );
}

/** Whether something in the tree is folded. */
export function hasVector(tree: JsonTree): boolean {
  if (typeof tree === 'string') return false;
  if (isJsonArray(tree)) return isVector(tree) || tree.some(hasVector);
  return tree.members.some(([, value]) => hasVector(value));
}

function isVector(items: readonly JsonTree[]): boolean {
  return items.length > numbersMax && items.every(isJsonNumber);
}
