// Makes a tool's schemas from those that a plugin's author wrote. The protocol demands an object at the root, and clients refuse a whole
// list of tools because of one schema that they can't read, so parts that they can't read are left out.
import { z } from 'zod';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { argumentName } from '../../../contract/plugin/argument-names.ts';
import type { Manifest } from '../../../contract/plugin/manifest.ts';
import { objectSchema } from '../../../json-schema/object-schema.ts';
import { draftOf } from '../../../json-schema/read-schema.ts';
import { readableSchema } from './readable-schema.ts';

/** Describes any object. */
const anyObject = { type: 'object' } as const;

/** The argument with a plugin's parameters, beside its inputs. */
export const parametersArgument = 'parameters';

/** Keywords at the root beside which another property may not be allowed. */
const closing = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'patternProperties', 'propertyNames', 'maxProperties'];

const properties = z.record(z.string(), z.unknown()).catch({});

/** A plugin's schemas, each as JSON Schema. Null for what it doesn't describe. */
export type PluginSchemas = Record<'inputs' | 'parameters' | 'output', JsonObject | null>;

/** Reads both forms that a manifest may use. */
export function schemasOf(manifest: Manifest | null): PluginSchemas {
  const read = (schema: JsonObject | null | undefined) => (schema ? objectSchema(schema) : null);
  return {
    inputs: read(manifest?.input_schema),
    parameters: read(manifest?.parameter_schema),
    output: read(manifest?.output_schema),
  };
}

/** Returns the schema with an object at its root, or any object. `$id` would be registered by a client, where it may clash. */
function narrowedSchema(schema: JsonObject | null, names = /^/): JsonObject {
  if (schema === null || draftOf(schema) === undefined || !allowsObjects(schema)) return anyObject;
  if (JSON.stringify(schema).length > toolLimits.schemaChars) return anyObject;
  const { $id: _, id: __, ...rest } = schema;
  const readable = readableSchema(rest, names);
  return readable ? { ...withObjectProperties(readable), ...anyObject } : anyObject;
}

/** Names the dialect if the author did. It is the protocol's default. */
function dialectOf(schema: JsonObject | null): JsonObject {
  return schema?.$schema === undefined ? {} : { $schema: 'https://json-schema.org/draft/2020-12/schema' };
}

/** Writes the properties as objects: version 1 of the official client refuses a list of tools with `true` or `false` there. */
function withObjectProperties(schema: JsonObject): JsonObject {
  if (schema.properties === undefined) return schema;
  const named = Object.entries(objectOf(schema.properties)).map(([name, one]) => {
    if (typeof one !== 'boolean') return [name, one];
    return [name, one ? {} : { not: {} }];
  });
  return { ...schema, properties: Object.fromEntries(named) };
}

function allowsObjects({ type }: JsonObject): boolean {
  return type === undefined || type === 'object' || (Array.isArray(type) && type.includes('object'));
}

/** Returns whether a tool for this plugin has an argument for the plugin's parameters. */
export function takesParameters({ inputs, parameters }: Pick<PluginSchemas, 'inputs' | 'parameters'>): boolean {
  if (Object.keys(properties.parse(parameters?.properties)).length === 0) return false;
  // By the author's schema, since a member that isn't shown is still an input.
  const own = inputs ?? {};
  return !closing.some((keyword) => keyword in own) && !(parametersArgument in properties.parse(own.properties));
}

/** Returns the schema of a tool's arguments if they are the plugin's inputs only. */
export function inputsSchema(inputs: JsonObject | null): JsonObject {
  return { ...dialectOf(inputs), ...narrowedSchema(inputs, argumentName) };
}

/** Adds the plugin's parameters, under one name, to the schema that `inputsSchema` returns. */
export function withParameters(
  root: JsonObject,
  { inputs, parameters }: Pick<PluginSchemas, 'inputs' | 'parameters'>,
): JsonObject {
  if (parameters === null || !takesParameters({ inputs, parameters })) return root;
  // References point into the schema that they were written in.
  const shown = hasReference(parameters) ? anyObject : narrowedSchema(parameters);
  const described = { description: 'How the plugin works on the inputs. All are optional.', ...shown };
  return { ...root, properties: { ...objectOf(root.properties), [parametersArgument]: described } };
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function hasReference(schema: JsonObject): boolean {
  return JSON.stringify(schema).includes('"$ref"');
}

/**
 * Returns the schema of a tool's structured answer; undefined if the plugin describes none. A handler may yield values instead of returning
 * one, or return something other than an object, which the protocol doesn't take: these are members of an object.
 */
export function answerSchema(output: JsonObject | null): JsonObject | undefined {
  if (output === null) return undefined;
  const { $defs, definitions, ...own } = narrowedSchema(output);
  const others = allowsObjects(output) ? ['values'] : ['values', 'result'];
  const isMovable = !/"\$ref":"(?!#\/(?:\$defs|definitions)\/)/.test(JSON.stringify(own));
  return {
    ...dialectOf(output),
    ...anyObject,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
    anyOf: [isMovable ? own : anyObject, ...others.map((name) => ({ ...anyObject, required: [name] }))],
  };
}
