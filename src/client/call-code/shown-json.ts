// Writes JSON into code.
import { isJsonArray, isJsonNumber, type JsonTree, readJsonTree } from '../../core/json/tree.ts';

const lineChars = 72;
const unseen = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Returns JSON for people. Escapes characters that nobody sees or that turn the text around, so code is what it seems. */
export function shownJson(text: string): string {
  const shown = laidOut(readJsonTree(text), '  ');
  return shown.replaceAll(unseen, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Writes arrays and objects on one line if they are short, and vectors always. */
export function laidOut(tree: JsonTree, step: string, indent = ''): string {
  if (typeof tree === 'string') return tree;
  const inner = indent + step;
  const parts = isJsonArray(tree)
    ? tree.map((item) => laidOut(item, step, inner))
    : tree.members.map(([key, value]) => `${key}: ${laidOut(value, step, inner)}`);
  const [open, close] = isJsonArray(tree) ? '[]' : '{}';
  const line = `${open}${parts.join(', ')}${close}`;
  const isShort = indent.length + line.length <= lineChars && !line.includes('\n');
  if (isShort || (isJsonArray(tree) && tree.every(isJsonNumber))) return line;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}
