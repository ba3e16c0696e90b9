// Lists what the interfaces of models and common clients refuse in the schema of a tool's arguments, rule by rule (decision 170).
import type { Json, JsonObject } from '../../../../src/contract/json.ts';
import { isObject, type SchemaObject, schemasIn } from '../../../../src/json-schema/keywords.ts';

interface Rule {
  refused: string;
  /** Whether the root, or a schema within it, breaks the rule. */
  breaks(schema: SchemaObject, isRoot: boolean): boolean;
}

const combining = ['anyOf', 'oneOf', 'allOf', 'not', 'enum', 'const', 'if', '$ref'];
const has = (schema: SchemaObject, ...keywords: string[]) => keywords.some((keyword) => keyword in schema);
const names = (schema: SchemaObject) => Object.keys(isObject(schema.properties) ? schema.properties : {});
const lists = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

const atRoot = (refused: string, breaks: (root: SchemaObject) => boolean): Rule => ({
  refused,
  breaks: (schema, isRoot) => isRoot && breaks(schema),
});

const rootIsObject = atRoot('no object at the root', ({ type }) => type !== 'object');
const rootCombines = atRoot('a choice at the root', (root) => has(root, ...combining));
const listWithoutItems: Rule = {
  refused: 'a list without `items`',
  breaks: ({ items, type }) => type === 'array' && !isObject(items),
};

/** Keywords of Gemini's Schema, and those that its clients remove by themselves. */
const known = new Set(
  'type title description default enum items minItems maxItems properties required minProperties maxProperties minimum maximum minLength maxLength pattern anyOf additionalProperties'.split(
    ' ',
  ),
);

export const interfaces: Record<string, Rule[]> = {
  OpenAI: [
    rootIsObject,
    atRoot('a root without `properties`', ({ properties }) => !isObject(properties)),
    rootCombines,
    listWithoutItems,
    { refused: 'a list of types', breaks: ({ type }) => Array.isArray(type) },
  ],
  Anthropic: [
    rootIsObject,
    rootCombines,
    atRoot('a name of another form', (root) => !names(root).every((name) => /^[a-zA-Z0-9_.-]{1,64}$/.test(name))),
    {
      refused: 'an older draft',
      breaks: ({ exclusiveMinimum, items }) => exclusiveMinimum === true || Array.isArray(items),
    },
  ],
  Gemini: [
    rootIsObject,
    rootCombines,
    listWithoutItems,
    { refused: 'an unknown keyword', breaks: (schema) => !Object.keys(schema).every((keyword) => known.has(keyword)) },
    { refused: 'a list of types', breaks: ({ type }) => Array.isArray(type) },
    {
      refused: 'members of no object',
      breaks: (schema) => schema.type !== 'object' && has(schema, 'properties', 'required'),
    },
    { refused: 'items of no list', breaks: (schema) => schema.type !== 'array' && has(schema, 'items') },
    {
      refused: 'choices that are no text, or empty',
      breaks: ({ enum: choices, type }) =>
        choices !== undefined &&
        (type !== 'string' || !lists(choices).every((one) => typeof one === 'string' && one !== '')),
    },
    { refused: 'something beside a choice', breaks: (schema) => 'anyOf' in schema && Object.keys(schema).length > 1 },
    {
      refused: 'a required member that is not described',
      breaks: (schema) => !lists(schema.required).every((name) => names(schema).some((one) => one === name)),
    },
    {
      refused: 'no members in an object below the root',
      breaks: (schema, isRoot) => !isRoot && 'properties' in schema && names(schema).length === 0,
    },
  ],
  'version 1 of the TypeScript SDK': [
    rootIsObject,
    {
      refused: 'a boolean as a member',
      breaks: ({ properties }) =>
        isObject(properties) && Object.values(properties).some((one) => typeof one === 'boolean'),
    },
  ],
  'Visual Studio Code': [listWithoutItems],
};

/** Returns the rules that a schema breaks, with the keywords of the culprit. */
export function broken(rules: readonly Rule[], schema: JsonObject): string[] {
  const found = (one: Json, isRoot: boolean): string[] => {
    if (!isObject(one)) return [];
    const own = rules
      .filter((rule) => rule.breaks(one, isRoot))
      .map(({ refused }) => `${refused}: ${Object.keys(one)}`);
    const inner = Object.entries(one).flatMap(([keyword, value]) =>
      schemasIn(keyword, value).map(([, below]) => below),
    );
    return [...own, ...inner.flatMap((below) => found(below, false))];
  };
  return found(schema, true);
}
