// Describes what is read of annotations and classes in manifest.py: plain data, which no longer needs the syntax tree. Names in it are
// looked up later, once the whole module is read, because an annotation can name a class that follows.
import type { Span } from '../python/syntax.ts';
import type { Value } from '../python/values.ts';

export interface Argument {
  /** Undefined for a positional argument. */
  name?: string;
  value: Value;
  type: TypeExpression;
}

export interface Call {
  kind: 'call';
  path: string[];
  arguments: Argument[];
}

export type TypeExpression =
  | { kind: 'name'; path: string[] }
  | { kind: 'generic'; path: string[]; parameters: TypeExpression[] }
  /** An undefined alternative stands for None. */
  | { kind: 'union'; alternatives: TypeExpression[] }
  | { kind: 'none' | 'ellipsis' | 'any' }
  | Call
  /** A literal. A string is a forward reference, except in Literal. */
  | { kind: 'value'; value: Value }
  | { kind: 'class'; schema: ClassSchema }
  | { kind: 'unknown'; text: string };

/** Types by name: a class's type parameters, and the classes in its body. */
export type Bindings = ReadonlyMap<string, TypeExpression>;

export interface Field {
  name: string;
  at: Span;
  type: TypeExpression;
  /** `Field(…)` or `field(…)` on the right side. */
  options?: Call;
  defaultValue?: Value;
  hasDefault: boolean;
  /** What names in the type mean, from the class that is used back to the base class that has the field. */
  bindings: readonly Bindings[];
}

export interface Hooks {
  /** Fields whose values a function replaces before they are checked. `*` stands for all. */
  loose: ReadonlySet<string>;
  /** Fields whose values a function replaces when they are written, with the type that it returns. */
  written: ReadonlyMap<string, TypeExpression | undefined>;
  /** The line of a validator that gets the whole input before it is checked. */
  looseModel?: Span;
  /** A function that writes the whole model, with the type that it returns. */
  writtenModel?: { at: Span; type: TypeExpression | undefined };
}

export type ClassKind = 'model' | 'root' | 'dataclass' | 'typed-dict' | 'named-tuple' | 'enum' | 'other';

export interface ClassSchema extends Hooks {
  name: string;
  at: Span;
  kind: ClassKind;
  description: string | undefined;
  fields: ReadonlyMap<string, Field>;
  /** Properties that are only written. */
  computed: ReadonlyMap<string, Field>;
  config: ReadonlyMap<string, Value>;
  /** Values of an Enum's members; undefined if they can't be read. */
  members: ReadonlyMap<string, Value | undefined>;
  parameters: readonly string[];
  /** What makes the class's fields incomplete, as the end of a sentence. */
  gap?: string;
}
