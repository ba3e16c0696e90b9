// Reads responses that contain a user's own JSON, and keeps that JSON as the original text.
import { cutJson } from '../core/json/scan.ts';
import type { JsonText } from '../core/json/text.ts';

/** A response with the values at a path, such as `raw_response` or `rows.*`, as text. Null stays null. */
export type WithTexts<Value, Path extends string> = [Path] extends [`${infer Name}.${infer Rest}`]
  ? Replaced<Value, Name, Rest>
  : Replaced<Value, Path, ''>;

type Replaced<Value, Name extends string, Rest extends string> = Name extends '*'
  ? Value extends readonly (infer Item)[]
    ? TextOr<Item, Rest>[]
    : Value
  : { [Key in keyof Value]: Key extends Name ? TextOr<Value[Key], Rest> : Value[Key] };

type TextOr<Value, Rest extends string> = Rest extends '' ? JsonText | null : WithTexts<Value, Rest>;

/** Parses a response, and replaces the values at `path` with their texts. */
export async function parseWithTexts<Value, Path extends string>(
  text: string,
  path: Path,
): Promise<WithTexts<Value, Path>> {
  const cut = await cutJson(text, [path]);
  const texts = cut.at(path).values();
  const answer: WithTexts<Value, Path> = JSON.parse(cut.skeleton);
  putTexts(answer, path.split('.'), () => {
    const found = texts.next().value?.text;
    return found === undefined || found.text === 'null' ? null : found;
  });
  return answer;
}

/** Every value at the path was cut out, so the texts are in order. */
function putTexts(value: unknown, [name = '', ...rest]: readonly string[], next: () => JsonText | null): void {
  if (typeof value !== 'object' || value === null) return;
  const keys = name === '*' && Array.isArray(value) ? Object.keys(value) : Object.hasOwn(value, name) ? [name] : [];
  for (const key of keys)
    if (rest.length === 0) Reflect.set(value, key, next());
    else putTexts(Reflect.get(value, key), rest, next);
}
