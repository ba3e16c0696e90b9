// Values as JSON for a terminal: nothing in it that one would obey, and lists of numbers on a line instead of a screen.
import { unsafe, wrapped } from './terminal-text.ts';

const unsafeInJson = new RegExp(`(?!\\n)${unsafe.source}`, 'gu');

/** The same value as JSON, with everything unsafe as escapes of JSON. */
export function jsonText(value: unknown, indent?: number): string {
  return `${JSON.stringify(value, null, indent).replace(unsafeInJson, jsonEscaped)}\n`;
}

/** Those beyond the first plane are two of UTF-16. */
function jsonEscaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** For people: what holds no objects is on as few lines as it needs. */
export function shownJson(value: unknown, columns: number): string {
  return `${laidOut(value, '', columns)}\n`.replace(unsafeInJson, jsonEscaped);
}

function laidOut(value: unknown, indent: string, columns: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const within = `${indent}  `;
  if (!Array.isArray(value)) {
    const members = Object.entries(value).map(
      ([name, member]) => `${within}${JSON.stringify(name)}: ${laidOut(member, within, columns)}`,
    );
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${indent}}`;
  }
  const items = value.map((item) => laidOut(item, within, columns));
  const isFlat = value.every((item) => typeof item === 'number' || typeof item === 'boolean');
  const line = `[${items.join(', ')}]`;
  if (items.length === 0 || (isFlat && indent.length + line.length <= columns)) return line;
  const lines = isFlat ? wrapped(items.join(', '), columns - within.length) : [items.join(`,\n${within}`)];
  return `[\n${lines.map((each) => `${within}${each}`).join('\n')}\n${indent}]`;
}
