// Holds a class of manifest.py while its bases and its body are read.
import type { ClassKind, ClassSchema, Field, TypeExpression, Value } from '../python/value.ts';

/** Configuration that changes a schema. */
const configNames: ReadonlySet<string> = new Set(
  'title extra json_schema_extra alias_generator str_min_length str_max_length json_schema_serialization_defaults_required ser_json_timedelta'.split(
    ' ',
  ),
);

/** A class while its body is read. Inherited fields come first, and are overridden in place. */
export interface ClassDraft extends ClassSchema {
  kind: ClassKind;
  fields: Map<string, Field>;
  computed: Map<string, Field>;
  config: Map<string, Value>;
  members: Map<string, Value | undefined>;
  loose: Set<string>;
  written: Map<string, TypeExpression | undefined>;
  /** The classes in the body. */
  inner: Map<string, TypeExpression>;
  depth: number;
  /** The member that `auto()` counts from. */
  lastMember: Value | undefined;
  /** Whether an Enum's `auto()` makes names. */
  isTexts: boolean;
  /** Whether fields without a value can be left out, in a TypedDict with `total=False`. */
  isPartial: boolean;
}

export function addConfigOption(name: string, value: Value, { config }: ClassDraft): void {
  if (configNames.has(name)) config.set(name, value);
}
