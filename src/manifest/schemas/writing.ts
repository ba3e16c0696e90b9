// Describes what is needed to write the schema of a type, wherever it stands.
import type { Json, JsonObject } from '../../contract/json.ts';
import type { Span } from '../python/syntax.ts';
import type { Budget } from '../python/to-json.ts';
import type { ClassSchema, Names, TypeExpression } from '../python/value.ts';
import type { Constraints } from './constraints.ts';
import type { SchemaMode } from './named-types.ts';

/** Meanings of names where a type is written: a type, and the names where that one is written. */
export type Scope = ReadonlyMap<string, { type: TypeExpression; scope: Scope }>;

export interface Writing {
  mode: SchemaMode;
  names: Names;
  budget: Budget;
  schemaOf(type: TypeExpression, place: Place): JsonObject;
  /** Returns a reference to the class's definition. */
  reference(schema: ClassSchema, parameters: readonly TypeExpression[], place: Place): JsonObject;
  /** Returns the class that a reference is to. */
  referenced(reference: Json | undefined): ClassSchema | undefined;
  /** Records what the schema can't say of a field, as the end of a sentence that starts with the field's name. */
  gap(at: Span, subject: string, text: string): void;
}

export interface Place {
  at: Span;
  /** The field's name in messages, such as `Order.price`. */
  subject: string;
  scope: Scope;
  /** Limits for every `str`, from the class's configuration. */
  textLimits: Constraints;
  depth: number;
  /** Names of types that are being replaced by what they stand for. */
  aliases: readonly TypeExpression[];
}

/** Returns the schema that allows any value, and records why. */
export function anything({ at, subject }: Place, writing: Writing, why: string): JsonObject {
  writing.gap(at, subject, `allows any value: ${why}`);
  return {};
}
