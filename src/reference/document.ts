// Types for the parts of the OpenAPI document that the pages show.
import type { OperationDocument } from '../contract/reference.ts';

export interface Schema {
  $ref?: string;
  type?: string | string[];
  format?: string;
  const?: unknown;
  enum?: unknown[];
  description?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  default?: unknown;
  example?: unknown;
  pattern?: string;
  contentEncoding?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
}
export type Schemas = Record<string, Schema>;

export interface Media {
  schema?: Schema;
}

export interface Header {
  $ref?: string;
  description?: string;
  schema?: Schema;
}

export interface Answer {
  $ref?: string;
  description?: string;
  headers?: Record<string, Header>;
  content?: Record<string, Media>;
}

export interface Parameter {
  $ref?: string;
  name?: string;
  in?: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
  example?: unknown;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, Media> };
  responses: Record<string, Answer>;
  'x-slipway-command'?: string;
}

export interface Components {
  schemas?: Schemas;
  parameters?: Record<string, Parameter>;
  headers?: Record<string, Header>;
  responses?: Record<string, Answer>;
}

/** One operation with all the components that it refers to. */
export interface ShownOperation extends OperationDocument {
  operation: Operation;
  components: OperationDocument['components'] & Components;
}

/** Returns the component that a reference points to, or the value itself if it isn't a reference. */
export function dereferenced<Value extends { $ref?: string }>(
  value: Value,
  components: Record<string, Value> = {},
): Value {
  return (value.$ref === undefined ? undefined : components[schemaName(value.$ref)]) ?? value;
}

/** Follows references and merges the parts of `allOf`. */
export function resolved(schema: Schema, schemas: Schemas = {}): Schema {
  if (schema.$ref !== undefined) return resolved(schemas[schemaName(schema.$ref)] ?? {}, schemas);
  if (!schema.allOf) return schema;
  const parts = schema.allOf.map((part) => resolved(part, schemas));
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required = [] }) => required),
  };
}

export function schemaName(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1);
}

export function listParameters({ operation, components }: ShownOperation): Parameter[] {
  return (operation.parameters ?? []).map((parameter) => dereferenced(parameter, components.parameters));
}
