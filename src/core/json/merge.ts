// Merges the members of two JSON objects, keeping their values as the original texts.
import { cutJson } from './scan.ts';
import { JsonText } from './text.ts';

const empty = /^\s*\{\s*\}\s*$/;

/**
 * Returns the members of both objects, as `{...base, ...over}` does: a member in `over` replaces the one in `base`, in its position.
 */
export async function mergeObjects(base: JsonText, over: JsonText): Promise<JsonText> {
  if (empty.test(over.text)) return base;
  if (empty.test(base.text)) return over;
  const members = new Map<string, string>();
  for (const object of [base, over])
    for (const { key, keyText, text } of (await cutJson(object.text, ['*'])).at('*'))
      members.set(key, `${keyText}:${text.text}`);
  return new JsonText(`{${[...members.values()].join(',')}}`);
}
