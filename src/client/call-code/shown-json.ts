// Writes JSON into code.
import { compactJson, indentedJson, readJsonTree } from '../../core/json/tree.ts';

const lineChars = 72;
const unseen = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** Returns JSON on one line if it's short. Escapes characters that nobody sees or that turn the text around, so code is what it seems. */
export function shownJson(text: string): string {
  const tree = readJsonTree(text);
  const compact = compactJson(tree);
  const shown = compact.length <= lineChars ? compact : indentedJson(tree);
  return shown.replaceAll(unseen, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
