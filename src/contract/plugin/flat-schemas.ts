// Tells apart both forms of schemas in manifests: an object's JSON Schema, and the flat form `{"column": {…}}`.

/** Keywords whose value is an object in an object's JSON Schema. In the flat form, no column has one of these names. */
const ofObjects =
  'properties patternProperties additionalProperties propertyNames dependentSchemas $defs definitions not if'.split(
    ' ',
  );

/** Returns whether every key is a column with a schema. */
export function isFlat(schema: Readonly<Record<string, unknown>>): boolean {
  const values = Object.values(schema);
  return values.length > 0 && values.every(isRecord) && !ofObjects.some((keyword) => Object.hasOwn(schema, keyword));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
