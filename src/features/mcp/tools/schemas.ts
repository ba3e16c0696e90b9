// Makes a tool's schemas from those that a plugin's author wrote. The protocol demands an object at the root, and clients refuse a whole
// list of tools because of one schema that they can't read, so parts that they can't read are left out.
import { z } from 'zod';
import { toolLimits } from '../../../contract/features/mcp/limits.ts';
import type { JsonObject } from '../../../contract/json.ts';
import { argumentName } from '../../../contract/plugin/argument-names.ts';
import type { Manifest } from '../../../contract/plugin/manifest.ts';
import { objectSchema } from '../../../json-schema/object-schema.ts';
import { draftOf } from '../../../json-schema/read-schema.ts';
import { commonSchema } from './common-schema.ts';
import { readableSchema } from './readable-schema.ts';

/** Describes any object. */
const anyObject = { type: 'object', properties: {} } as const;

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

/** Returns the schema as all clients and interfaces of models take it, with an object at its root. */
function narrowedSchema(schema: JsonObject | null, names = /^/): JsonObject {
  if (schema === null || draftOf(schema) === undefined || !allowsObjects(schema)) return anyObject;
  if (JSON.stringify(schema).length > toolLimits.schemaChars) return anyObject;
  const readable = readableSchema(schema, names);
  return (readable && commonSchema(readable, toolLimits.schemaChars)) ?? anyObject;
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
  return narrowedSchema(inputs, argumentName);
}

/** Adds the plugin's parameters, under one name, to the schema that `inputsSchema` returns. */
export function withParameters(
  root: JsonObject,
  { inputs, parameters }: Pick<PluginSchemas, 'inputs' | 'parameters'>,
): JsonObject {
  if (parameters === null || !takesParameters({ inputs, parameters })) return root;
  const { properties: shown, ...rest } = narrowedSchema(parameters);
  const described = {
    description: 'How the plugin works on the inputs. All are optional.',
    ...rest,
    // One interface refuses an empty object below the root.
    ...(Object.keys(objectOf(shown)).length > 0 ? { properties: objectOf(shown) } : {}),
  };
  return { ...root, properties: { ...objectOf(root.properties), [parametersArgument]: described } };
}

function objectOf(value: JsonObject[string] | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/**
 * Returns the schema of a tool's structured answer; undefined if the plugin describes none. A handler may yield values instead of returning
 * one, or return something other than an object, which the protocol doesn't take: these are members of an object.
 */
export function answerSchema(output: JsonObject | null): JsonObject | undefined {
  if (output === null) return undefined;
  const others = ['values', 'result'].map((name) => ({ ...anyObject, properties: { [name]: {} }, required: [name] }));
  return { type: 'object', anyOf: [narrowedSchema(output), ...others] };
}
