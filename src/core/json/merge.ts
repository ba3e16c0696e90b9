// Merges the members of two JSON objects, keeping their values as the original texts.
import { cutJson } from './scan.ts';
import { JsonText } from './text.ts';

/** Members merged before other work gets its turn. */
const membersOfTurn = 10_000;

const empty = /^\s*\{\s*\}\s*$/;

/**
 * Returns the members of both objects, as `{...base, ...over}` does: a member in `over` replaces the one in `base`, in its position.
 */
export async function mergeObjects(base: JsonText, over: JsonText): Promise<JsonText> {
  if (empty.test(over.text)) return base;
  if (empty.test(base.text)) return over;
  const members = new Map<string, string>();
  for (const object of [base, over])
    for (const [at, { key, keyText, text }] of (await cutJson(object.text, ['*'])).at('*').entries()) {
      members.set(key, `${keyText}:${text.text}`);
      if (at % membersOfTurn === membersOfTurn - 1) await new Promise((resolve) => setTimeout(resolve, 0));
    }
  return new JsonText(`{${[...members.values()].join(',')}}`);
}
