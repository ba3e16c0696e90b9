// Formats JSON for terminals: escapes control characters and fits arrays of numbers on as few lines as possible. The plugin's own JSON
// keeps its numbers and keys.
import { writeJson } from '../../core/json/text.ts';
import { compactJson, indentedJson, isJsonNumber, type JsonTree, readJsonTree } from '../../core/json/tree.ts';
import { unsafe, wrapText } from './terminal-text.ts';

const unsafeInJson = new RegExp(`(?!\\n)${unsafe.source}`, 'gu');

/** Writes a value on one line, or on several with an indent, with unsafe characters as JSON escapes. */
export function jsonText(value: unknown, indent?: 2): string {
  const tree = readJsonTree(writeJson(value));
  return escapeUnsafe(indent === undefined ? compactJson(tree) : indentedJson(tree));
}

/** Formats JSON for people: arrays of numbers or booleans take as few lines as they need. */
export function formatJson(text: string, columns: number): string {
  return escapeUnsafe(indentedJson(readJsonTree(text), (items, indent) => flatArray(items, indent, columns)));
}

function escapeUnsafe(text: string): string {
  return `${text}\n`.replace(unsafeInJson, escapeForJson);
}

/** Characters beyond the first plane become two escapes, one per UTF-16 code unit. */
function escapeForJson(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

function flatArray(items: readonly JsonTree[], indent: string, columns: number): string | undefined {
  const isFlat = items.every((item) => isJsonNumber(item) || item === 'true' || item === 'false');
  if (items.length === 0 || !isFlat) return undefined;
  const text = items.join(', ');
  const line = `[${text}]`;
  if (indent.length + line.length <= columns) return line;
  const within = `${indent}  `;
  const lines = wrapText(text, columns - within.length);
  return `[\n${lines.map((each) => `${within}${each}`).join('\n')}\n${indent}]`;
}
