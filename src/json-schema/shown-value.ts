// Finds parts of values and formats them for messages.
import type { Json } from '../contract/json.ts';
import { isObject } from './keywords.ts';

const shownChars = 60;

export function shownValue(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > shownChars ? `${text.slice(0, shownChars)}…`.toWellFormed() : text;
}

/** Returns the part of the value at a JSON pointer. */
export function valueAt(whole: Json, pointer: string): Json | undefined {
  let value: Json | undefined = whole;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
