// Joins a schema with the schemas that apply to the same values: those that it refers to, and all of its `allOf`.
import type { Json } from '../../../contract/json.ts';
import { isObject, isTexts, type SchemaObject } from '../../../json-schema/keywords.ts';
import { referenceTokens, schemaAt } from '../../../json-schema/references.ts';

/** Where a schema is read. */
export interface Place {
  root: SchemaObject;
  /** The references that led here, so that none is followed into itself. */
  references: ReadonlySet<string>;
  /** Schemas that may still be read. */
  budget: { left: number };
}

/** A schema without references and `allOf`. Where its parts disagree, the first counts, so it may allow more. */
export interface Joined {
  /** Where the schemas in it are read. */
  place: Place;
  /** Its other keywords. */
  words: SchemaObject;
  members: ReadonlyMap<string, Json>;
  required: ReadonlySet<string>;
  /** Whether only its members are allowed. */
  isClosed: boolean;
  /** Its lists of alternative schemas. */
  choices: Json[][];
  /** The only values that it allows. */
  values: Json[] | undefined;
}

/** References on one way. Further ones are left out. */
const referencesMax = 50;

export function joined(place: Place, schema: SchemaObject): Joined {
  const { parts, references } = partsOf(place, schema);
  const words: SchemaObject = {};
  const members = new Map<string, Json>();
  const required = new Set<string>();
  for (const part of parts) {
    for (const [keyword, value] of Object.entries(part)) if (!Object.hasOwn(words, keyword)) words[keyword] = value;
    for (const [name, member] of Object.entries(isObject(part.properties) ? part.properties : {}))
      if (!members.has(name)) members.set(name, member);
    if (part.required !== undefined && isTexts(part.required)) for (const name of part.required) required.add(name);
  }
  const { const: constant, enum: choices } = words;
  return {
    place: { ...place, references },
    words,
    members,
    required,
    isClosed: parts.some((part) => part.additionalProperties === false && part.patternProperties === undefined),
    choices: parts.flatMap(({ anyOf, oneOf }) => [anyOf, oneOf].filter((list) => Array.isArray(list))),
    values: constant === undefined ? (Array.isArray(choices) ? choices : undefined) : [constant],
  };
}

function partsOf({ budget, references: before, root }: Place, schema: SchemaObject) {
  const references = new Set(before);
  const parts: SchemaObject[] = [];
  const open: Json[] = [schema];
  for (let at = 0; at < open.length && budget.left > 0; at += 1) {
    const part = open[at];
    if (!isObject(part)) continue;
    budget.left -= 1;
    parts.push(part);
    const { $ref: reference, allOf } = part;
    if (typeof reference === 'string') open.push(targetOf(root, reference, references));
    if (Array.isArray(allOf)) for (const one of allOf) open.push(one);
  }
  return { parts, references };
}

/** A schema that contains itself is read once. Within it, only its type is kept. */
function targetOf(root: SchemaObject, reference: string, followed: Set<string>): Json {
  const tokens = referenceTokens(reference);
  const target = tokens && schemaAt(root, tokens);
  if (!isObject(target)) return true;
  if (followed.has(reference) || followed.size >= referencesMax) {
    const { type } = target;
    return type === undefined ? true : { type };
  }
  followed.add(reference);
  return target;
}
