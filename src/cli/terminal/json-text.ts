// Formats JSON for terminals: control characters are escaped, and arrays of numbers are laid out on as few lines as possible.
import { unsafe, wrapText } from './terminal-text.ts';

const unsafeInJson = new RegExp(`(?!\\n)${unsafe.source}`, 'gu');

/** Serializes a value, with unsafe characters as JSON escapes. */
export function jsonText(value: unknown, indent?: number): string {
  return `${JSON.stringify(value, null, indent).replace(unsafeInJson, escapeForJson)}\n`;
}

/** Characters beyond the first plane become two escapes, one per UTF-16 code unit. */
function escapeForJson(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** Formats a value for people: arrays of numbers or booleans take as few lines as they need. */
export function formatJson(value: unknown, columns: number): string {
  return `${layOut(value, '', columns)}\n`.replace(unsafeInJson, escapeForJson);
}

function layOut(value: unknown, indent: string, columns: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const within = `${indent}  `;
  if (!Array.isArray(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => `${within}${JSON.stringify(name)}: ${layOut(member, within, columns)}`,
    );
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  const items = value.map((item) => layOut(item, within, columns));
  const isFlat = value.every((item) => typeof item === 'number' || typeof item === 'boolean');
  const line = `[${items.join(', ')}]`;
  if (items.length === 0 || (isFlat && indent.length + line.length <= columns)) return line;
  const lines = isFlat ? wrapText(items.join(', '), columns - within.length) : [items.join(`,\n${within}`)];
  return `[\n${lines.map((each) => `${within}${each}`).join('\n')}\n${indent}]`;
}
