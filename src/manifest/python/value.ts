// Describes what is read of manifest.py: values, annotations and classes. It is plain data, which no longer needs the syntax tree. Names in
// annotations are looked up later, once the whole module is read, because an annotation can name a class that follows.
import type { Span } from './syntax.ts';

export interface DictEntry {
  keyAt: Span;
  value: Value;
}

/** `reason` completes "it is …". `name` is set for the name of an import or a definition. */
export interface UnresolvedValue {
  at: Span;
  kind: 'unresolved';
  reason: string;
  name?: string;
  /** The name that an import stands for, such as `datetime.date`. */
  origin?: string;
  /** The right side of an assignment as a type, such as `Scores = list[float]`. */
  type?: TypeExpression;
}

export type Value = UnresolvedValue | KnownValue;

type KnownValue = { at: Span } & (
  | { kind: 'string'; value: string }
  | { kind: 'integer' | 'float'; value: number }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'none' }
  /** A list or a tuple. `mutation` says how later code changes it, for every name that refers to it. */
  | { kind: 'list'; items: Value[]; mutation?: string }
  | { kind: 'dict'; entries: Map<string, DictEntry>; mutation?: string }
  | { kind: 'class'; schema: ClassSchema }
);

export type Names = ReadonlyMap<string, Value>;

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
  /** The meaning of names in the type, from the class that is used back to the base class that has the field. */
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
  /** The reason why the class's fields are incomplete, as the end of a sentence. */
  gap?: string;
}
