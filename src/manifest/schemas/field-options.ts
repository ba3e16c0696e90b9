// Reads what Field(…) says of a model's field, on the right side and in Annotated.
import { isJsonObject, type Json, type JsonObject } from '../../contract/json.ts';
import { type Budget, toJson } from '../python/to-json.ts';
import type { Argument, Call, Value } from '../python/value.ts';
import { constraintsOf } from './constraints.ts';

export interface FieldOptions {
  /** Undefined if neither a default nor a function that makes one is given. */
  hasDefault?: boolean;
  defaultValue?: Value;
  constraints: Map<string, Json>;
  /** `title`, `description` and the like, which are copied to the schema. */
  annotations: JsonObject;
  /** The names that callers use and that answers have. Null for names that aren't literals. */
  alias?: string | null | undefined;
  readAlias?: string | null | undefined;
  writtenAlias?: string | null | undefined;
  isExcluded: boolean;
  /** The property that says which alternative a value is; null for a function. */
  discriminator?: string | null;
}

const copied: ReadonlySet<string> = new Set(['title', 'description', 'examples', 'deprecated']);

export function noOptions(): FieldOptions {
  return { constraints: new Map(), annotations: {}, isExcluded: false };
}

/** Adds a call's options to those of calls before it, which it overrides. */
export function addOptions(options: FieldOptions, call: Call, budget: Budget): void {
  for (const [option, value] of constraintsOf('Field', call.arguments, budget)) options.constraints.set(option, value);
  for (const argument of call.arguments) readOption(options, argument, budget);
}

function readOption(options: FieldOptions, argument: Argument, budget: Budget): void {
  const { name = 'default', type, value } = argument;
  if (name === 'default_factory' && value.kind !== 'none') options.hasDefault = true;
  if (name === 'default' && type.kind !== 'ellipsis') Object.assign(options, { hasDefault: true, defaultValue: value });
  if (name === 'exclude') options.isExcluded = value.kind === 'boolean' && value.value;
  if (name === 'discriminator') options.discriminator = value.kind === 'string' ? value.value : null;
  if (name === 'alias') options.alias = nameIn(argument);
  if (name === 'validation_alias') options.readAlias = nameIn(argument);
  if (name === 'serialization_alias') options.writtenAlias = nameIn(argument);
  if (!copied.has(name) && name !== 'json_schema_extra') return;
  const read = toJson(value, budget);
  if (!('json' in read) || read.json === null) return;
  if (name !== 'json_schema_extra') options.annotations[name] = read.json;
  else if (isJsonObject(read.json)) Object.assign(options.annotations, read.json);
}

/** Returns the name, or the first one of `AliasChoices("a", "b")`; null if it can't be read. */
function nameIn({ type, value }: Argument): string | null | undefined {
  if (value.kind === 'none') return undefined;
  if (value.kind === 'string') return value.value;
  if (type.kind !== 'call' || type.path.at(-1) !== 'AliasChoices') return null;
  const [first] = type.arguments;
  return first?.value.kind === 'string' ? first.value.value : null;
}
